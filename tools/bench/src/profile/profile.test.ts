import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { busiestThread, selfTimes } from './cpu-profile.ts';
import { groupTimes, profileReport } from './groups.ts';

const frame = (id: number, functionName: string, url = '', lineNumber = -1) => ({ id, callFrame: { functionName, url, lineNumber } });
const profile = {
  nodes: [
    frame(1, '(root)'),
    frame(2, '(idle)'),
    frame(3, '(program)'),
    frame(4, '(garbage collector)'),
    frame(5, 'writeLatin1String'),
    frame(6, 'parse', 'file:///repo/libs/dataplane/http1/src/parser.ts', 9),
    frame(7, 'parse', 'file:///repo/libs/dataplane/http1/src/parser.ts', 9),
    frame(8, '', 'file:///repo/libs/plugins/cors/src/module.ts', 4),
    frame(9, 'match', 'file:///repo/libs/dataplane/router/src/x.ts', 0),
    frame(10, 'tick', 'node:internal/process', 0),
  ],
  samples: [2, 6, 7, 5, 8, 9, 3, 4, 10, 2],
  timeDeltas: [1000, 10, 20, 30, 5, 7, 40, 3, 2, 9999],
};
const folder = mkdtempSync(join(tmpdir(), 'gibbon-profile-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('profiles', () => {
  const reading = { root: '/repo/', lastUs: 20_000 };
  const times = selfTimes(profile, reading);

  it('adds up self time by function and leaves waiting out', () => {
    expect(times[0]).toEqual({ name: '(program)', file: '', line: 0, selfUs: 40 });
    expect(times.find(({ name }) => name === 'parse')).toEqual({
      name: 'parse',
      file: 'libs/dataplane/http1/src/parser.ts',
      line: 10,
      selfUs: 30,
    });
    expect(times.map(({ name }) => name)).not.toContain('(idle)');
  });

  it('counts the end alone', () => {
    expect(selfTimes(profile, { root: '/repo/', lastUs: 10_003 }).map(({ name }) => name)).toEqual(['(garbage collector)', 'tick']);
  });

  it('groups by part of the proxy', () => {
    expect(Object.fromEntries(groupTimes(times).map(({ group, selfUs }) => [group, selfUs]))).toEqual({
      'event loop (native)': 40,
      'write (system calls)': 30,
      codec: 30,
      router: 7,
      plugins: 5,
      'garbage collection': 3,
      node: 2,
    });
  });

  it('shows shares of the whole', () => {
    const report = profileReport(times, 2);
    expect(report).toMatch(/codec +25\.6 %/);
    expect(report).toContain('parse  libs/dataplane/http1/src/parser.ts:10');
    expect(report).not.toContain('router/src/x.ts');
  });

  it('takes the busiest of several threads', () => {
    expect(() => busiestThread(folder, reading)).toThrow('no CPU profile');
    const idle = { nodes: [frame(1, 'main')], samples: [1], timeDeltas: [1] };
    writeFileSync(join(folder, 'a.cpuprofile'), JSON.stringify(idle));
    writeFileSync(join(folder, 'b.cpuprofile'), JSON.stringify(profile));
    expect(busiestThread(folder, reading)).toEqual(times);
  });
});
