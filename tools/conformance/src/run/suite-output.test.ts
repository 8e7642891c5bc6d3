import { describe, expect, it } from 'vitest';
import { SuiteOutput, type TestResult } from './suite-output.ts';

/** What Go prints with `-test.v=test2json`; `>` stands for the mark of its own lines. */
function read(text: string): readonly TestResult[] {
  const results: TestResult[] = [];
  const output = new SuiteOutput((result) => results.push(result));
  for (const line of text.split('\n')) output.line(line.replace('>', '\u0016'));
  return results;
}

describe('SuiteOutput', () => {
  it('tells how each test ended, and not each of its parts', () => {
    const results = read(`>=== RUN   TestConformance
    setup.go:1: preparing
>=== RUN   TestConformance/One
    one.go:1: applying
>=== RUN   TestConformance/One/0_request
    one.go:2: asking
        >--- PASS: TestConformance/One/0_request (0.50s)
    >--- PASS: TestConformance/One (1.25s)
>=== RUN   TestConformance/Two
    two.go:1: Skipping Two: suite does not support GRPCRoute
    >--- SKIP: TestConformance/Two (0.00s)
>--- PASS: TestConformance (2.00s)
>=== NAME  
>PASS`);
    expect(results).toEqual([
      { name: 'One', outcome: 'passed', seconds: 1.25, output: ['    one.go:1: applying', '    one.go:2: asking'] },
      { name: 'Two', outcome: 'skipped', seconds: 0, output: ['    two.go:1: Skipping Two: suite does not support GRPCRoute'] },
    ]);
  });

  it('keeps apart what parallel tests say in turns', () => {
    const results = read(`>=== RUN   TestConformance/One
>=== PAUSE TestConformance/One
>=== RUN   TestConformance/Two
>=== PAUSE TestConformance/Two
>=== CONT  TestConformance/One
first of one
>=== CONT  TestConformance/Two
first of two
>=== NAME  TestConformance/One
second of one
    >--- FAIL: TestConformance/One (3.00s)
>=== NAME  TestConformance/Two
second of two
    >--- PASS: TestConformance/Two (4.00s)`);
    expect(results.map(({ name, outcome, output }) => [name, outcome, output])).toEqual([
      ['One', 'failed', ['first of one', 'second of one']],
      ['Two', 'passed', ['first of two', 'second of two']],
    ]);
  });

  it('takes what a test prints for what it is, also where it looks like a line of Go', () => {
    const results = read(`>=== RUN   TestConformance/One
--- FAIL: TestConformance/Other (1.00s)
no end of line>=== RUN   TestConformance/One/part
    >--- PASS: TestConformance/One (1.00s)`);
    expect(results).toHaveLength(1);
    expect(results[0]?.output).toEqual(['--- FAIL: TestConformance/Other (1.00s)', 'no end of line']);
  });

  it('tells of the whole where it failed by itself, and not where one of its tests did', () => {
    expect(read('>=== RUN   TestConformance\n        \tError Trace:\tsetup.go:1\n>--- FAIL: TestConformance (0.00s)')).toMatchObject([
      { name: 'TestConformance', outcome: 'failed' },
    ]);
    expect(read('>=== RUN   TestConformance\n>--- FAIL: TestConformance (0.00s)')).toEqual([]);
  });
});
