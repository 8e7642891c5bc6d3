import type { Testbed } from '@gibbon/testbed';

const SHOWN_EVENTS = 20;
const SHOWN_LINES = 20;

/** Why pods of a namespace may not be ready, for people: their states, the latest events, the last lines of those that are not. */
export async function explainRollout(testbed: Testbed, namespace: string): Promise<string> {
  const kubectl = (...args: string[]): Promise<string> =>
    testbed.kubectl(['--namespace', namespace, ...args]).catch((error: unknown) => (error as Error).message);
  const pods = JSON.parse(await testbed.kubectl(['--namespace', namespace, 'get', 'pods', '-o', 'json'])) as PodList;
  const waiting = pods.items.filter(
    ({ status }) => !(status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  const events = (await kubectl('get', 'events', '--sort-by=.lastTimestamp')).trimEnd().split('\n').slice(-SHOWN_EVENTS);
  const lines = await Promise.all(
    waiting.map(async ({ metadata }) => {
      const said = await kubectl('logs', metadata.name, `--tail=${SHOWN_LINES}`);
      const before = await kubectl('logs', metadata.name, '--previous', `--tail=${SHOWN_LINES}`);
      return `--- ${metadata.name}\n${before.includes('previous terminated container') ? '' : before}${said}`;
    }),
  );
  return [await kubectl('get', 'pods', '-o', 'wide'), ...events, ...lines].join('\n');
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}
