import { readFileSync } from 'node:fs';
import { run, type StricliProcess } from '@stricli/core';
import { buildCli, type CliContext } from './application.ts';
import { EXIT_USAGE } from './exit-codes.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

const cli = buildCli(
  {
    gateway: async () => (await import('./commands/gateway.ts')).runGateway,
    proxy: async () => (await import('./commands/proxy.ts')).runProxy,
    controller: async () => (await import('./commands/controller.ts')).runController,
  },
  version,
);

await run(cli, process.argv.slice(2), { process: process as unknown as CliContext['process'] & StricliProcess, environment: process.env });
// The parser reports an unknown flag or command by a negative code, which shells show as 251 and the like.
if (typeof process.exitCode === 'number' && process.exitCode < 0) process.exitCode = EXIT_USAGE;
// Nothing may be left that keeps the process alive; what is, must not keep a stopped gateway from ending.
process.exit();
