import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rawProxy } from '../subjects/raw-proxy.ts';
import type { Subject } from '../subjects/subject.ts';
import { ProxyBench } from './proxy-bench.ts';

/** Stands in for wrk, which is not on every machine: sends real requests one after another and reports in wrk's words. */
const FAKE_WRK = `#!${process.execPath}
const { get, Agent } = require('node:http');
const agent = new Agent({ keepAlive: true });
const once = () => new Promise((resolve, reject) => get(process.argv[5], { agent }, (r) => r.resume().once('end', resolve)).once('error', reject));
(async () => {
  for (let i = 0; i < 20; i++) await once();
  console.log('  20 requests in 1.00s, 2KB read');
  process.exit(0);
})();
`;

const script = (code: string): readonly string[] => [process.execPath, '-e', code];
const upstream: Subject = {
  name: 'upstream',
  ours: false,
  missing: () => null,
  prepare: ({ port }) => ({ command: script(`require('node:http').createServer((q, s) => s.end('hello')).listen(${port}, '127.0.0.1')`) }),
};
const absent: Subject = { ...upstream, name: 'absent', missing: () => 'absent is missing: nobody has it' };
const failing: Subject = {
  ...upstream,
  name: 'failing',
  prepare: () => ({ command: script('console.error("bad configuration"); process.exit(1)') }),
};

describe('ProxyBench', () => {
  const handles = watchHandles();
  const path = process.env['PATH'] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'gibbon-fake-wrk-'));
  let bench: ProxyBench;
  beforeAll(() => {
    writeFileSync(join(folder, 'wrk'), FAKE_WRK);
    chmodSync(join(folder, 'wrk'), 0o755);
  });
  beforeEach(() => {
    process.env['PATH'] = `${folder}${delimiter}${path}`;
    bench = new ProxyBench();
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await bench.close();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await handles.settled();
  });

  it('measures what starts, names what does not, and leaves nothing behind', async () => {
    await bench.startUpstream(upstream);
    const started = await bench.start([rawProxy('net'), absent, failing]);
    expect(started.map(({ subject }) => subject.name)).toEqual(['raw (net)']);
    expect(bench.missing.slice(-2)).toEqual([
      'absent is missing: nobody has it',
      'failing did not start: it ended, having said: bad configuration',
    ]);
    const lines: string[] = [];
    const samples = await bench.measure(started, { rounds: 2, seconds: 1, connections: 1 }, (line) => lines.push(line));
    const rounds = samples.get('raw (net)') ?? [];
    expect(rounds.map(({ requestsPerSecond, failures }) => [requestsPerSecond, failures])).toEqual([
      [20, 0],
      [20, 0],
    ]);
    expect(rounds.every(({ residentBytes }) => residentBytes > 1_000_000)).toBe(true);
    expect(lines.map((line) => line.split(':')[0])).toEqual(['round 1/2 raw (net)', 'round 2/2 raw (net)']);
    const temporary = dirname(bench.folderFor('any'));
    const [first] = started;
    await bench.close();
    expect(existsSync(temporary)).toBe(false);
    expect(() => process.kill(first?.child.pid as number, 0)).toThrow('ESRCH');
  });

  it('refuses to start without an upstream', async () => {
    await expect(bench.startUpstream(absent)).rejects.toThrow('absent is missing: nobody has it');
  });

  it('says how to get wrk', () => {
    process.env['PATH'] = '';
    if (existsSync('/usr/sbin/wrk') || existsSync('/usr/local/sbin/wrk')) return;
    expect(() => new ProxyBench()).toThrow('wrk is missing: apt-get install -y wrk');
  });
});
