import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAppImage, workspaceVersion } from './app-image.ts';
import { APP_NAMES, type AppName } from './apps.ts';

const USAGE = `usage: npm run image -- [${APP_NAMES.join('|')}] [--output FILE] [--name REFERENCE]

Writes container images as tar files, all of them where none is named.
  --output FILE       where one image goes; default dist/images/<app>-<version>.tar
  --name REFERENCE    under which one image is known; default gibbon.dev/<app>:<version>
`;

const ROOT = join(import.meta.dirname, '../../..');
/** npm runs scripts in the workspace's root; this is where the user is. */
const FROM = process.env['INIT_CWD'] ?? process.cwd();

/** @returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const { output, name } = values;
  const unknown = positionals.find((app) => !APP_NAMES.includes(app as AppName));
  if (unknown !== undefined) return misused(`${unknown} is none of ${APP_NAMES.join(', ')}`);
  const apps = positionals.length === 0 ? APP_NAMES : (positionals as AppName[]);
  if (apps.length > 1 && (output !== undefined || name !== undefined)) return misused('--output and --name are for one image');
  for (const app of apps) {
    const file = output === undefined ? join(ROOT, `dist/images/${app}-${workspaceVersion()}.tar`) : resolve(FROM, output);
    const names = await buildAppImage({ app, file, ...(name !== undefined && { names: [name] }) });
    console.log(`${names.join(', ')} in ${relative(FROM, file)} (${Math.round(statSync(file).size / 1e6)} MB)`);
  }
  return 0;
}

function readArguments() {
  const options = { output: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const read = parseArgs({ options, allowPositionals: true });
    if (read.values.help !== true) return read;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    process.exit(misused((error as Error).message));
  }
}

function misused(problem: string): number {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  return 2;
}

process.exitCode = await main();
