import { runSource } from './src/run-source.mjs';

/** What the quick start is. */
const QUICK_START = ['gateway', '--quickstart'];

runSource('apps/cli/src/main.ts', [...QUICK_START, ...process.argv.slice(2)]);
