import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './src/checkout.mjs';
import { readTally, REPORTS, runStep } from './src/steps.mjs';

/** Everything that must hold, cheapest first; each is a target of the root project (tools/nx-plugin). */
const STEPS = [
  { name: 'types', target: 'tree-typecheck' },
  { name: 'lint', target: 'tree-lint' },
  { name: 'format', target: 'tree-format' },
  { name: 'docs up to date', target: 'tree-docs' },
  { name: 'deploy files', target: 'tree-deploy' },
  { name: 'unit tests', target: 'tree-test', report: 'unit.json' },
  { name: 'black-box tests', target: 'tree-e2e', report: 'e2e.json' },
];

ensureInstalled();
const total = { passed: 0, failed: 0 };
for (const step of STEPS) {
  if (step.report !== undefined) rmSync(join(REPORTS, step.report), { force: true });
  const ok = await runStep(step, process.argv.slice(2));
  const tally = readTally(step, ok);
  total.passed += tally.passed;
  total.failed += tally.failed;
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
