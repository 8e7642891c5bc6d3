import { describe, expect, it } from 'vitest';
import { growth, samplesOf, sumBy } from './exposition.ts';

const TEXT = `# HELP pushes_total Pushes.
# TYPE pushes_total counter
pushes_total{target="http://10.0.0.1:8001",mode="full",success="true"} 1
pushes_total{target="http://10.0.0.1:8001",mode="delta",success="true"} 40
pushes_total{target="a \\"quoted\\" name,\\nwith{all}",mode="delta",success="true"} 2 1764000000000
pushes_total_other{mode="delta"} 9
pushes 3
up 1e+06
`;

describe('samplesOf', () => {
  it('reads labels and values of one metric alone', () => {
    const samples = samplesOf(TEXT, 'pushes_total');
    expect(samples.map(({ value }) => value)).toEqual([1, 40, 2]);
    expect(samples[0]?.labels).toEqual({ target: 'http://10.0.0.1:8001', mode: 'full', success: 'true' });
    expect(samples[2]?.labels['target']).toBe('a "quoted" name,\nwith{all}');
  });

  it('reads samples without labels, and numbers in any form', () => {
    expect(samplesOf(TEXT, 'up')).toEqual([{ name: 'up', labels: {}, value: 1_000_000 }]);
    expect(samplesOf(TEXT, 'absent')).toEqual([]);
  });
});

describe('sumBy', () => {
  it('adds up by group, without those of no group', () => {
    const samples = samplesOf(TEXT, 'pushes_total');
    expect(sumBy(samples, ({ mode = '' }) => mode)).toEqual({ full: 1, delta: 42 });
    expect(sumBy(samples, ({ mode }) => (mode === 'full' ? 'full' : null))).toEqual({ full: 1 });
  });
});

describe('growth', () => {
  it('tells what was added, of what is new too, and nothing of what stayed', () => {
    expect(growth({ full: 1, delta: 40 }, { full: 1, delta: 42, none: 3 })).toEqual({ delta: 2, none: 3 });
  });
});
