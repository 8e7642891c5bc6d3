import { whyNoTestbed } from '@gibbon/testbed';

/** Switches tests on that start clusters: they take root, minutes, and gigabytes. */
const SWITCH = 'GIBBON_E2E_CLUSTER';

/** Why tests with a cluster are skipped here, in one line; `null` where they run. */
export async function whySkipped(): Promise<string | null> {
  if (process.env[SWITCH] !== '1') return `tests with a cluster run with ${SWITCH}=1`;
  return whyNoTestbed({ build: false });
}
