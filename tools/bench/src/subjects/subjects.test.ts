import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { envoy } from './envoy.ts';
import { gibbonCommand, gibbonProxy } from './gibbon.ts';
import { haproxy } from './haproxy.ts';
import { nginxProxy, nginxUpstream } from './nginx.ts';
import type { Subject } from './subject.ts';

const root = mkdtempSync(join(tmpdir(), 'gibbon-subjects-test-'));
afterAll(() => rmSync(root, { recursive: true }));
const contextFor = (name: string) => ({ port: 65001, upstreamPort: 65002, folder: mkdtempSync(join(root, `${name}-`)) });

/** Each program checks its own configuration; the flags to do so come after those to run. */
const CHECKS: readonly [Subject, readonly string[]][] = [
  [nginxProxy, ['-t', '-q']],
  [nginxUpstream, ['-t', '-q']],
  [haproxy, ['-c', '-q']],
  [envoy, ['--mode', 'validate']],
];

describe('subjects', () => {
  it.each(CHECKS.map(([subject, flags]) => ({ name: subject.name, subject, flags })))(
    '$name takes the configuration written for it',
    ({ subject, flags }) => {
      const missing = subject.missing();
      if (missing !== null) {
        // Not on this machine: then it says how to get it.
        expect(missing).toMatch(/ is missing: (?:apt-get install|pip install)/);
        return;
      }
      const [program = '', ...args] = subject.prepare(contextFor(subject.name)).command;
      expect(() => execFileSync(program, [...args, ...flags], { stdio: 'pipe' })).not.toThrow();
    },
  );

  it('starts our own command with one route and one worker', () => {
    const context = contextFor('gibbon');
    const { command, env } = gibbonCommand(context, 'net', ['--cpu-prof']);
    expect(command.slice(0, 3)).toEqual([process.execPath, '--conditions=@gibbon/source', '--cpu-prof']);
    expect(command.join(' ')).toContain(
      '--proxy-listen 127.0.0.1:65001 --admin-listen off --status-listen off --workers 1 --transport net',
    );
    expect(env).toEqual({ GIBBON_TRANSPORT: 'net' });
    const file = command[command.indexOf('--config') + 1] as string;
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      services: [{ url: 'http://127.0.0.1:65002', routes: [{ paths: ['/'] }] }],
    });
    expect(gibbonProxy('direct').missing()).toBeNull();
  });
});
