import { runSource } from './src/run-source.mjs';

runSource('apps/cli/src/main.ts', process.argv.slice(2));
