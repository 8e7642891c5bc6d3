import { describe, expect, it } from 'vitest';
import { confirm, looksUnfinished } from './doubt.ts';

describe('a file looks unfinished', () => {
  const sound = { broken: false, loses: false, json: false };
  it.each([
    ['when it does not parse', 'a\n', { ...sound, broken: true }, true],
    ['when objects are missing', 'a\n', { ...sound, loses: true }, true],
    ['without a final line break', 'a', sound, true],
    ['but not with one', 'a\n', sound, false],
    ['but not JSON, which has an end', '{}', { ...sound, json: true }, false],
    ['but not when it is gone and had nothing', null, sound, false],
    ['but not when it is empty and had nothing', '', sound, false],
  ])('%s', (_title, text, facts, expected) => {
    expect(looksUnfinished(text, facts)).toBe(expected);
  });
});

describe('a doubtful content is believed', () => {
  const options = { confirmMs: 40, patienceMs: 80 };

  it('once it has rested', () => {
    const first = confirm(null, 'x', 100, options);
    expect(first).toEqual({ digest: 'x', sinceMs: 100, firstMs: 100 });
    expect(confirm(first, 'x', 139, options)).toBe(first);
    expect(confirm(first, 'x', 140, options)).toBeNull();
  });

  it('not while it changes, but in the end all the same', () => {
    const second = confirm(confirm(null, 'x', 100, options), 'y', 130, options);
    expect(second).toEqual({ digest: 'y', sinceMs: 130, firstMs: 100 });
    expect(confirm(second, 'y', 150, options)).toBe(second);
    expect(confirm(second, 'z', 180, options)).toBeNull();
  });
});
