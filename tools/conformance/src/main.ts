import { writeFileSync } from 'node:fs';
import { ensureHelm } from '@gibbon/deploy';
import { availableDefinitions } from './cluster/prepare.ts';
import { parseOptions, type Command } from './options.ts';
import { DOCUMENT, documentOfResults } from './report/files.ts';
import { runConformance, type Terminal } from './run-conformance.ts';
import { ensureSuite } from './suite/build-suite.ts';
import { ensureSuiteImages } from './suite/images.ts';
import { SUBSETS } from './suite/subsets.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const USAGE = `The Gateway API's official conformance suite, unmodified, against Gibbon on a testbed.

npm run conformance -- [FLAG]...      runs it
npm run conformance -- build          builds what a run needs
npm run conformance -- document       writes docs/conformance.md again, from the last complete run

  --profiles LIST       default GATEWAY-HTTP; also GATEWAY-GRPC, GATEWAY-TLS, GATEWAY-TCP, GATEWAY-UDP
  --features LIST       default: those that the GatewayClass claims
  --run-test LIST       these tests alone, whatever is claimed
  --skip-tests LIST     leaves these out
  --subset NAME         ${Object.keys(SUBSETS).join(', ')}
  --definitions RELEASE[/experimental]  of the Gateway API; default the newest
  --parallel N          tests at once in the suite's parallel part; default half of the cores, at least 2
  --report FILE         the suite's report, in YAML
  --logs DIR            output of the suite and logs of all pods; default dist/conformance
  --testbed NAME        one that runs already; default one of its own
  --no-install          Gibbon is installed there already
  --class NAME          GatewayClass; default gibbon
  --keep                leaves testbed and objects for a look

A run of everything writes docs/conformance.md. Exit code 0: no test failed.`;

/**
 * The command line of the conformance suite.
 * @param args without node and file. @returns the exit code: 0, 1 when tests failed or could not be run, 2 for a wrong command line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const command = parseOptions(args);
  if ('problem' in command) {
    process.stderr.write(`${command.problem}\n\n${USAGE}\n`);
    return EXIT_USAGE;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const terminal: Terminal = {
    print: (line) => process.stdout.write(`${line}\n`),
    log: (line) => process.stderr.write(`${line}\n`),
    // npm run changes the working directory to the workspace; INIT_CWD is where the user is.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    signal: interrupted.signal,
  };
  try {
    return await run(command, terminal);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return EXIT_FAILED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function run(command: Command, terminal: Terminal): Promise<number> {
  switch (command.kind) {
    case 'help':
      terminal.print(USAGE);
      return 0;
    case 'build':
      await ensureSuiteImages(await ensureSuite(terminal));
      availableDefinitions(terminal.log);
      ensureHelm(terminal.log);
      return 0;
    case 'document':
      writeFileSync(DOCUMENT, documentOfResults());
      terminal.print(DOCUMENT);
      return 0;
    case 'run':
      return runConformance(command, terminal);
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
