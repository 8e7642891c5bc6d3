import type { Failure } from '@gibbon/contracts/translator';
import { expect, it } from 'vitest';
import { BrokenObjects } from './broken-objects.ts';

function failure(name: string, message: string): Failure {
  const other = { kind: 'Service', namespace: 'default', name: 'backend' };
  return { refs: [{ kind: 'HTTPRoute', namespace: 'default', name }, other], field: '', reason: 'BackendNotFound', message };
}

it('counts objects and not failures, as these come and go', () => {
  const broken = new BrokenObjects();
  const [first, second, other] = [failure('a', 'one'), failure('a', 'two'), failure('b', 'one')];
  broken.follow({ appeared: [first, second, other], cleared: [] });
  expect(broken.size).toBe(2);
  broken.follow({ appeared: [], cleared: [first] });
  expect(broken.size).toBe(2);
  broken.follow({ appeared: [failure('c', 'one')], cleared: [second, other] });
  expect(broken.size).toBe(1);
  broken.follow({ appeared: [{ ...first, refs: [] }], cleared: [failure('c', 'one')] });
  expect(broken.size).toBe(0);
});
