import { runSource } from './src/run-source.mjs';

runSource('tools/image/src/main.ts', process.argv.slice(2));
