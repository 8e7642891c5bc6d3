import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject, SubjectCommand, SubjectContext } from './subject.ts';
import { sourceCommand, WORKSPACE } from './workspace.ts';

const MAIN = join(WORKSPACE, 'apps/cli/src/main.ts');

/** Our proxy: the real command with one worker, one service and one route. */
export function gibbonProxy(transport: 'direct' | 'net'): Subject {
  return {
    name: `gibbon (${transport})`,
    ours: true,
    missing: () => (existsSync(MAIN) ? null : `gibbon is missing: no ${MAIN}`),
    prepare: (context) => gibbonCommand(context, transport, []),
  };
}

/** The command, with flags for Node itself. */
export function gibbonCommand(
  { port, upstreamPort, folder }: SubjectContext,
  transport: string,
  nodeFlags: readonly string[],
): SubjectCommand {
  const file = join(folder, 'gibbon.json');
  const service = { name: 'bench', url: `http://127.0.0.1:${upstreamPort}`, routes: [{ name: 'all', paths: ['/'] }] };
  writeFileSync(file, JSON.stringify({ _format_version: '3.0', services: [service] }));
  const args = [
    'proxy',
    '--config',
    file,
    '--proxy-listen',
    `127.0.0.1:${port}`,
    '--admin-listen',
    'off',
    '--status-listen',
    'off',
    '--workers',
    '1',
    '--transport',
    transport,
  ];
  return { command: [...sourceCommand(MAIN, nodeFlags), ...args, '--log-level', 'warn'], env: { GIBBON_TRANSPORT: transport } };
}
