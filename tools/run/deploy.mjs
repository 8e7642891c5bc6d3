import { runSource } from './src/run-source.mjs';

runSource('tools/deploy/src/main.ts', process.argv.slice(2));
