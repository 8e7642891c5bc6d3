import { runSource } from './src/run-source.mjs';

runSource('tools/cluster/src/main.ts', process.argv.slice(2));
