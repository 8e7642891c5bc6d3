import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, mend } from './files.ts';
import { generate, REFERENCE } from './generate.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Writes the generated documentation; with `--check` fails on what is not up to date. @returns the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const generated = await generate(ROOT);
  const found = differences(ROOT, generated, REFERENCE);
  for (const { path, kind } of found)
    console.log(values.check ? `${path} is ${kind}` : `${kind === 'left over' ? 'removed' : 'wrote'} ${path}`);
  if (values.check && found.length > 0) {
    console.log('Run `npm run docs` and commit what it writes.');
    return 1;
  }
  if (!values.check) mend(ROOT, generated, found);
  return 0;
}

process.exitCode = await main();
