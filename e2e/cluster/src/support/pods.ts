import type { Testbed } from '@gibbon/testbed';
import { selectorOf } from '@gibbon/cluster-install';
import type { Cluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { keys } from './manifests.ts';
import type { KubeObject } from './objects.ts';

const PODS = keys.pod({ namespace: '', name: '' });
const SETTLE_MS = 60_000;

/** The pods of a part of the release. */
export function podsOf({ api, gibbon }: Cluster, part: 'controller' | 'proxy'): Promise<readonly KubeObject[]> {
  return api.list(PODS, gibbon.namespace, selectorOf(gibbon.release, part));
}

/** Whether a pod is ready and not about to end. */
export function isReady({ metadata, status }: KubeObject): boolean {
  const ready = (status?.conditions ?? []).some((condition: any) => condition.type === 'Ready' && condition.status === 'True');
  return ready && (metadata as { deletionTimestamp?: string }).deletionTimestamp === undefined;
}

/** Waits until none of these pods is left. */
export async function goneAway({ api }: Cluster, namespace: string, pods: readonly KubeObject[]): Promise<void> {
  const ids = new Set(pods.map(({ metadata }) => metadata.uid));
  const left = async () =>
    (await api.list(PODS, namespace)).filter(({ metadata }) => ids.has(metadata.uid)).map(({ metadata }) => metadata.name);
  await eventually(left, [], SETTLE_MS);
}

/** Waits until as many pods of a part are ready, and there are no others. */
export async function settled(cluster: Cluster, part: 'controller' | 'proxy', replicas: number): Promise<void> {
  const ready = async () => (await podsOf(cluster, part)).map(isReady);
  await eventually(
    ready,
    Array.from({ length: replicas }, () => true),
    SETTLE_MS,
  );
}

/** Ends the process of a pod's only container as the kernel does when memory is short: at once, without a word. */
export async function killContainer(testbed: Testbed, pod: KubeObject): Promise<void> {
  for (const id of await processIdsOf(testbed, pod)) await testbed.run(['kill', '-KILL', id]);
}

/** Memory of a pod's processes, in bytes. */
export async function residentBytes(testbed: Testbed, pod: KubeObject): Promise<number> {
  const files = (await processIdsOf(testbed, pod)).map((id) => `/proc/${id}/status`);
  const { stdout } = await testbed.run(['grep', '-h', 'VmRSS', ...files]);
  return [...stdout.matchAll(/(\d+) kB/g)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}

async function processIdsOf(testbed: Testbed, pod: KubeObject): Promise<readonly string[]> {
  const id = String(pod.status?.containerStatuses?.[0]?.containerID).replace(/^.*:\/\//, '');
  const { stdout } = await testbed.run(['sh', '-c', `grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null || true`]);
  return [...stdout.matchAll(/^\/proc\/(\d+)\/cgroup$/gm)].map(([, processId]) => processId as string);
}
