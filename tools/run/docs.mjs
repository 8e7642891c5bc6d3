import { runSource } from './src/run-source.mjs';

runSource('tools/docs/src/main.ts', process.argv.slice(2));
