import { parentPort, workerData } from 'node:worker_threads';
import { HealthTable } from '../health-table.ts';

/** A thread of the test of {@link HealthTable}: claims keys and reports, at the same time as another. */
const { buffer, gate, holder, reports, keys } = workerData as {
  buffer: SharedArrayBuffer;
  gate: SharedArrayBuffer;
  holder: number;
  reports: number;
  keys: number;
};
const table = new HealthTable(buffer, holder);
const cells = new Int32Array(gate);
if (Atomics.add(cells, 0, 1) === 1) Atomics.notify(cells, 0);
else Atomics.wait(cells, 0, 1);

const shared = table.claim('shared');
const slots: number[] = [];
for (let n = 0; n < keys; n++) {
  slots.push(table.claim(`key-${n}`));
  if (n < reports) table.report(shared, 'http_failure', { successes: 1, tcpFailures: 1, httpFailures: 200, timeouts: 0 });
  // Claims that come and go beside those that stay.
  table.release(table.claim(`passing-${holder}-${n}`));
}
parentPort?.postMessage(slots);
