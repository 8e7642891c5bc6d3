import { runSource } from './src/run-source.mjs';

runSource('tools/quickstart/src/main.ts', process.argv.slice(2));
