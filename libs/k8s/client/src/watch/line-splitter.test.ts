import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

describe('lines', () => {
  it('are the same wherever chunks are cut, characters included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((line) => line !== '' && !line.includes('\n'))),
        fc.array(fc.nat(7)),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const found: string[] = [];
          const splitter = new LineSplitter(1000, (line) => found.push(line));
          let start = 0;
          for (const [index, cut] of [...cuts, bytes.length].entries()) {
            const size = index === cuts.length ? bytes.length : cut;
            const chunk = Buffer.from(bytes.subarray(start, start + size));
            expect(splitter.push(chunk)).toBe(true);
            // The socket reuses its buffer.
            chunk.fill(0);
            start += size;
          }
          expect(found).toEqual(lines);
        },
      ),
    );
  });

  it('that are too long are refused', () => {
    const splitter = new LineSplitter(10, () => expect.unreachable());
    expect(splitter.push(Buffer.from('123456'))).toBe(true);
    expect(splitter.push(Buffer.from('789012'))).toBe(false);
  });
});
