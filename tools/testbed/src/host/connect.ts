import { layoutOf, type Layout } from '../configuration/layout.ts';
import { stateFolder } from '../folders.ts';
import { fetchStatus } from './control-client.ts';
import { isRunning } from './sweep.ts';
import { openTestbed, type Testbed } from './testbed.ts';

/** The layout of a testbed that runs. @throws Error with the command that starts it when it does not. */
export async function runningLayout(name: string): Promise<Layout> {
  const layout = layoutOf(name, stateFolder());
  if (await isRunning(layout)) return layout;
  throw new Error(`testbed ${name} does not run: npm run testbed -- ${name === 'default' ? '' : `--name ${name} `}up`);
}

/**
 * A handle of a testbed that somebody else started, `npm run testbed -- up` for instance; `stop()` ends it nevertheless.
 * @throws Error when none with this name runs.
 */
export async function connectTestbed(name = 'default'): Promise<Testbed> {
  const layout = await runningLayout(name);
  return openTestbed(layout, await fetchStatus(layout.control));
}
