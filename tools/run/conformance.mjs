import { runSource } from './src/run-source.mjs';

runSource('tools/conformance/src/main.ts', process.argv.slice(2));
