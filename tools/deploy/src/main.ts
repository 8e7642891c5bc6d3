import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, mend } from './files.ts';
import { deploymentFiles, GENERATED_FOLDERS } from './generate.ts';
import { ensureHelm } from './helm.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Writes the files for deployments; with `--check` fails on what is not up to date, with `--build-helm` only builds Helm. @returns the exit code. */
function main(): number {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, 'build-helm': { type: 'boolean', default: false } },
  });
  if (values['build-helm']) {
    console.log(ensureHelm((line) => process.stderr.write(`${line}\n`)));
    return 0;
  }
  const generated = deploymentFiles();
  const found = differences(ROOT, generated, GENERATED_FOLDERS);
  for (const { path, kind } of found)
    console.log(values.check ? `${path} is ${kind}` : `${kind === 'left over' ? 'removed' : 'wrote'} ${path}`);
  if (!values.check) mend(ROOT, generated, found);
  else if (found.length > 0) {
    console.log('Run `npm run deploy` and commit what it writes.');
    return 1;
  }
  return 0;
}

process.exitCode = main();
