import { runSource } from './src/run-source.mjs';

runSource('tools/bench/src/main.ts', process.argv.slice(2));
