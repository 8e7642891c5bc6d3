import { join } from 'node:path';
import { selectorOf } from '@gibbon/cluster-install';
import type { Testbed } from '@gibbon/testbed';
import { vi } from 'vitest';
import type { Cluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { keys } from './manifests.ts';
import type { KubeObject } from './objects.ts';

const PODS = keys.pod({ namespace: '', name: '' });
const SETTLE_MS = 60_000;
const HEAP_PROGRAM = join(import.meta.dirname, '../heap/main.ts');

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

/** Bytes of heap that are in use in a pod's main thread, after its garbage has been collected. */
export async function usedHeapBytes(testbed: Testbed, pod: KubeObject): Promise<number> {
  const [id = ''] = await processIdsOf(testbed, pod);
  // Node opens its inspector, on the pod's own loopback interface.
  await testbed.run(['kill', '-USR1', id]);
  const look = async (): Promise<number> => {
    const { code, stdout, stderr } = await testbed.run(['nsenter', `--net=/proc/${id}/ns/net`, process.execPath, HEAP_PROGRAM]);
    if (code !== 0) throw new Error(`the heap of ${pod.metadata.name} is not known: ${stderr}`);
    return Number(stdout);
  };
  return vi.waitFor(look, { timeout: SETTLE_MS, interval: 200 });
}

async function processIdsOf(testbed: Testbed, pod: KubeObject): Promise<readonly string[]> {
  const id = String(pod.status?.containerStatuses?.[0]?.containerID).replace(/^.*:\/\//, '');
  const { stdout } = await testbed.run(['sh', '-c', `grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null || true`]);
  return [...stdout.matchAll(/^\/proc\/(\d+)\/cgroup$/gm)].map(([, processId]) => processId as string);
}
