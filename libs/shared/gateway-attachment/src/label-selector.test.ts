import { expect, it } from 'vitest';
import { matchesSelector } from './label-selector.ts';

const LABELS = { team: 'a', tier: 'front' };

it.each([
  [undefined, false],
  [{}, true],
  [{ matchLabels: { team: 'a' } }, true],
  [{ matchLabels: { team: 'b' } }, false],
  [{ matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] }, true],
  [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] }, false],
  [{ matchExpressions: [{ key: 'absent', operator: 'NotIn', values: ['a'] }] }, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'Near' }] }, false],
])('%j: %s', (selector, matches) => {
  expect(matchesSelector(LABELS, selector)).toBe(matches);
});
