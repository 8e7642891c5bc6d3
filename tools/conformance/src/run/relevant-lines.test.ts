import { describe, expect, it } from 'vitest';
import { relevantLines } from './relevant-lines.ts';

describe('relevantLines', () => {
  it('shows a line that was repeated while waiting once, where it stood last', () => {
    const output = [
      '    a.go:1: 2026-01-02T03:04:05.678Z: not ready (after 1.5s)',
      '    a.go:2: something else',
      '    a.go:1: 2026-01-02T03:04:06.678Z: not ready (after 2.5s)',
      '',
      '        Error: timed out',
    ];
    expect(relevantLines(output)).toEqual(['    a.go:2: something else', '    a.go:1: not ready  (2 times)', '        Error: timed out']);
  });

  it('keeps the end of what is long, and says so', () => {
    const output = Array.from({ length: 10 }, (_, index) => `line ${index}`);
    expect(relevantLines(output, 2)).toEqual(['    ... 8 lines before', 'line 8', 'line 9']);
  });

  it('cuts dumps within a line, and keeps what was wrong', () => {
    const [line = ''] = relevantLines([`    a.go:1: request ${'{header} '.repeat(100)} not ready yet: expected 200, got 404`]);
    expect(line.length).toBeLessThan(300);
    expect(line).toMatch(/^ {4}a\.go:1: request .* \.\.\. .*expected 200, got 404$/);
  });
});
