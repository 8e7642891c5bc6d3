import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuickStart } from './quickstart.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const manifests = join(root, 'examples/quickstart');

process.exitCode = await runQuickStart({
  manifests,
  shownFolder: relative(process.cwd(), manifests) || '.',
  arguments: process.argv.slice(2),
  environment: process.env,
});
process.exit();
