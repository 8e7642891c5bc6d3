import { whyNoTestbed } from '@gibbon/testbed';

/** Switches tests on that start clusters: they take root, minutes, and gigabytes. */
const SWITCH = 'GIBBON_E2E_CLUSTER';

/** Why tests with a cluster are skipped here, in one line, which is printed as well; `null` where they run. */
export async function whySkipped(): Promise<string | null> {
  const why = process.env[SWITCH] === '1' ? await whyNoTestbed({ build: false }) : `tests with a cluster run with ${SWITCH}=1`;
  if (why !== null) process.stdout.write(`skipped: ${why}\n`);
  return why;
}
