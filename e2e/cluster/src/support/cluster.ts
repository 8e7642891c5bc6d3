import { ensureImages, installGibbon, type InstalledGibbon } from '@gibbon/cluster-install';
import { startTestbed, type Testbed } from '@gibbon/testbed';
import { ask, statusOf, type Answer, type Question } from './ask.ts';
import { KubeApi } from './kube-api.ts';
import { namespace } from './manifests.ts';
import type { KubeObject, ObjectKey } from './objects.ts';

/** What all tests share: a cluster with Gibbon in it. */
export interface Cluster {
  readonly testbed: Testbed;
  readonly gibbon: InstalledGibbon;
  readonly api: KubeApi;
  /** One request; without an address to the shared proxies. */
  ask(question: Omit<Question, 'address'> & { readonly address?: string }): Promise<Answer>;
  /** Its status, or why there is none: for polls. */
  statusOf(question: Omit<Question, 'address'> & { readonly address?: string }): Promise<number | string>;
  /** Waits until a Deployment is rolled out. */
  rolledOut(namespace: string, name: string): Promise<void>;
  stop(): Promise<void>;
}

const NAMESPACE = 'gibbon';

/** Grace periods are short, so that a rolling update of two proxies takes seconds. */
const VALUES = { controller: { replicas: 2 }, proxy: { replicas: 2, workers: 1, preStopSeconds: 2 } };

/** Starts a testbed and installs the chart. */
export async function startCluster(name: string): Promise<Cluster> {
  const images = await ensureImages();
  const testbed = await startTestbed({ name, build: false, images: images.files });
  const api = new KubeApi(testbed.api);
  const stop = async (): Promise<void> => {
    api.close();
    await testbed.stop();
  };
  try {
    await api.apply(namespace(NAMESPACE));
    const gibbon = await installGibbon(testbed, { images, imagesLoaded: true, namespace: NAMESPACE, values: VALUES });
    return {
      testbed,
      gibbon,
      api,
      ask: (question) => ask(testbed, { address: gibbon.proxyAddress, ...question }),
      statusOf: (question) => statusOf(testbed, { address: gibbon.proxyAddress, ...question }),
      rolledOut: async (namespace, deployment) => {
        const timeoutMs = 65_000;
        await testbed.kubectl(['-n', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=60s'], { timeoutMs });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A condition of a status, as `status reason: message`; `null` where it is absent or of an older generation. */
export function conditionOf(
  object: KubeObject | null,
  type: string,
  conditions: readonly any[] = object?.status?.conditions ?? [],
): string | null {
  const condition = conditions.find((each) => each.type === type);
  if (condition === undefined || (condition.observedGeneration ?? object?.metadata.generation) !== object?.metadata.generation) return null;
  return `${condition.status} ${condition.reason}: ${condition.message}`;
}

/** The conditions of the only parent of a route. */
export function parentCondition(route: KubeObject | null, type: string): string | null {
  return conditionOf(route, type, route?.status?.parents?.[0]?.conditions ?? []);
}

/** The address of a Gateway; `null` before it is programmed. */
export async function gatewayAddress(api: KubeApi, key: Omit<ObjectKey, 'apiVersion' | 'kind'>): Promise<string | null> {
  const gateway = await api.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', ...key });
  return conditionOf(gateway, 'Programmed')?.startsWith('True') === true ? (gateway?.status?.addresses?.[0]?.value ?? null) : null;
}
