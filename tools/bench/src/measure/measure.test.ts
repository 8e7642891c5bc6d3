import { describe, expect, it } from 'vitest';
import { cpuTimeOf, parseRollup, parseStat, proportionalBytesOf, residentBytesOf } from './process-usage.ts';
import { sampleOf, summarise, type Sample } from './sample.ts';
import { spreadOf } from './statistics.ts';
import { parseWrk } from './wrk.ts';

const REPORT = `Running 5s test @ http://127.0.0.1:8000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.18ms  403.28us  12.33ms   93.57%
    Req/Sec    54.31k     2.61k   58.04k    80.00%
  270432 requests in 5.01s, 59.06MB read
`;

describe('wrk reports', () => {
  it('reads requests and time', () => {
    expect(parseWrk(REPORT)).toEqual({ requests: 270432, seconds: 5.01, failures: 0 });
    expect(parseWrk('  7 requests in 999.50ms, 1KB read').seconds).toBeCloseTo(0.9995);
    expect(parseWrk('  7 requests in 1.50m, 1KB read').seconds).toBe(90);
  });

  it('counts bad statuses and broken connections', () => {
    const bad = `${REPORT}  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 100\n`;
    expect(parseWrk(bad).failures).toBe(110);
  });

  it('refuses what is no report', () => {
    expect(() => parseWrk('unable to connect\n')).toThrow('wrk reported nothing: unable to connect');
  });
});

describe('process usage', () => {
  it('reads memory that is shared in parts', () => {
    const rollup =
      '5581e0000000-7ffd00000000 ---p 00000000 00:00 0   [rollup]\nRss:              104000 kB\nPss:               98304 kB\nPss_Dirty: 1 kB\n';
    expect(parseRollup(rollup)).toBe(98_304 * 1024);
    expect(proportionalBytesOf(process.pid)).toBeGreaterThan(1024 * 1024);
    expect(proportionalBytesOf(process.pid)).toBeLessThanOrEqual(residentBytesOf(process.pid) * 1.5);
  });

  it('reads CPU time behind any program name', () => {
    const stat = '4242 (odd) name (x) S 1 4242 4242 0 -1 4194304 2500 0 1 0 123 45 0 0 20 0 7 0 100 1000 200';
    expect(parseStat(stat)).toEqual({ userUs: 1_230_000, systemUs: 450_000 });
  });

  it('measures this process', () => {
    const before = cpuTimeOf(process.pid);
    const end = performance.now() + 60;
    while (performance.now() < end);
    const after = cpuTimeOf(process.pid);
    expect(after.userUs + after.systemUs).toBeGreaterThan(before.userUs + before.systemUs);
    expect(residentBytesOf(process.pid)).toBeGreaterThan(1_000_000);
    expect(() => cpuTimeOf(0)).toThrow();
  });
});

describe('summaries', () => {
  it('takes the middle of an even and an odd number of values', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it('divides by requests', () => {
    const sample = sampleOf(
      { userUs: 100, systemUs: 200 },
      { userUs: 1100, systemUs: 4200 },
      { requests: 1000, seconds: 2, failures: 3 },
      5,
    );
    expect(sample).toEqual({ userUs: 1, systemUs: 4, requestsPerSecond: 500, residentBytes: 5, failures: 3 });
    expect(() => sampleOf({ userUs: 0, systemUs: 0 }, { userUs: 0, systemUs: 0 }, { requests: 0, seconds: 1, failures: 0 }, 0)).toThrow(
      'not one request',
    );
  });

  it('compares within a round and not across rounds', () => {
    const sample = (userUs: number, systemUs: number): Sample => ({
      userUs,
      systemUs,
      requestsPerSecond: 10,
      residentBytes: 1,
      failures: 1,
    });
    const samples = new Map([
      ['nginx', [sample(5, 5), sample(10, 10)]],
      ['ours', [sample(10, 5), sample(20, 20)]],
    ]);
    const [nginx, ours] = summarise(samples, 'nginx');
    expect(nginx?.ratio).toEqual({ min: 1, median: 1, max: 1 });
    expect(ours).toMatchObject({
      ratio: { min: 1.5, median: 1.75, max: 2 },
      cpuUs: { min: 15, median: 27.5, max: 40 },
      userUs: 15,
      systemUs: 12.5,
      failures: 2,
    });
    expect(summarise(new Map([['ours', [sample(1, 1)]]]), 'nginx')[0]?.ratio).toBeNull();
  });
});
