import { runSource } from './src/run-source.mjs';

runSource('tools/testbed/src/main.ts', process.argv.slice(2));
