#!/usr/bin/env node
// The first thing that an installed Gibbon runs, on whatever Node there is: plain JavaScript without static imports.

/** Oldest Node that has everything the sources use. */
const OLDEST_MAJOR = 24;

const { node } = process.versions;
if (Number.parseInt(node, 10) < OLDEST_MAJOR) {
  process.stderr.write(`gibbon needs Node ${OLDEST_MAJOR} or newer; this is Node ${node}.\n`);
  process.exit(1);
}
await import('../dist/main.js');
