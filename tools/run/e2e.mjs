import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './src/checkout.mjs';
import { runInside, source } from './src/run-inside.mjs';
import { readTally, REPORTS } from './src/steps.mjs';

/** Exit code of `testbed check` where this machine can run none. */
const IMPOSSIBLE = 3;
const TESTBED = source('tools/testbed/src/main.ts');
const REPORT = 'cluster.json';

ensureInstalled();
process.exitCode = await main(process.argv.slice(2));

/** The tests on a real Kubernetes. Arguments go to vitest, e.g. `-t 'rolling update'`. */
async function main(args) {
  const possible = await runInside([TESTBED, 'check']);
  if (possible === IMPOSSIBLE) {
    process.stdout.write('The tests on a cluster are left out.\n\n0 passed, 0 failed\n');
    return 0;
  }
  if ((await runInside([TESTBED, 'build'])) !== 0) return tell({ passed: 0, failed: 1 });
  mkdirSync(REPORTS, { recursive: true });
  rmSync(join(REPORTS, REPORT), { force: true });
  const code = await runInside(
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(ROOT, 'tools/vitest/vitest.config.ts'),
      '--root',
      join(ROOT, 'e2e/cluster'),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(REPORTS, REPORT)}`,
      ...args,
    ],
    { GIBBON_E2E_CLUSTER: '1' },
  );
  return tell(readTally({ report: REPORT }, code === 0));
}

function tell({ passed, failed }) {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
