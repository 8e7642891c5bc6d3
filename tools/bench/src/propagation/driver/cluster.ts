import type { KubeObject } from '@gibbon/contracts/resource';
import { kubeconfigAccess, KubeClient, resourcePath, type ApiAccess } from '@gibbon/k8s-client';
import { systemClock } from '@gibbon/time';
import { samplesOf, sumBy } from '../../measure/exposition.ts';
import { GATEWAY, NAMESPACE, RESOURCES, type Kind, type Manifest } from './objects.ts';
import { inParallel } from './parallel.ts';

/** Requests at a time where many objects are written. */
const WIDTH = 16;
const WRITING_VERBS = new Set(['PATCH', 'PUT', 'APPLY', 'POST']);

/** The API server as an administrator sees it. */
export class Cluster {
  readonly client: KubeClient;
  readonly #access: ApiAccess;

  private constructor(access: ApiAccess) {
    this.#access = access;
    this.client = new KubeClient({ access, clock: systemClock, userAgent: 'bench' });
  }

  /** By the kubeconfig of the environment. */
  static async connect(): Promise<Cluster> {
    return new Cluster(await kubeconfigAccess({ clock: systemClock, file: '', context: '' }));
  }

  async create(...objects: readonly Manifest[]): Promise<void> {
    for (const object of objects) await this.client.create(RESOURCES[object.kind], object);
  }

  /** Several objects at a time; those of one group in their order. */
  async createAll(groups: readonly (readonly Manifest[])[]): Promise<void> {
    await inParallel(groups, WIDTH, (group) => this.create(...group));
  }

  async patch(kind: Kind, namespace: string, name: string, body: object): Promise<void> {
    await this.client.patch(RESOURCES[kind], { namespace, name }, { type: 'merge', body });
  }

  async removeAll(kind: Kind, namespace: string, names: readonly string[]): Promise<void> {
    await inParallel(names, WIDTH, (name) => this.client.delete(RESOURCES[kind], { namespace, name }));
  }

  /** The Gateway's count of attached routes. */
  async attachedRoutes(name = GATEWAY): Promise<number> {
    const found = await this.client.get<GatewayObject>(RESOURCES.Gateway, { namespace: NAMESPACE, name });
    return attachedRoutesOf(found);
  }

  /** Calls `changed` with every state of a Gateway from now on, until the returned function is called. */
  async followGateway(name: string, changed: (attached: number) => void): Promise<() => void> {
    const fieldSelector = `metadata.name=${name}`;
    const { resourceVersion } = await this.client.list(RESOURCES.Gateway, { namespace: NAMESPACE, fieldSelector });
    const query = { namespace: NAMESPACE, fieldSelector, resourceVersion, timeoutSeconds: 1800 };
    const watch = this.client.watch(RESOURCES.Gateway, query, {
      onOpen: () => {},
      onEvents: (events) => {
        for (const event of events) if (event.type !== 'BOOKMARK') changed(attachedRoutesOf(event.object as GatewayObject));
      },
    });
    return () => watch.close();
  }

  /** Status writes since the API server started, by `resource status`. */
  async statusWrites(): Promise<Readonly<Record<string, number>>> {
    const samples = samplesOf(await this.#text('/metrics'), 'apiserver_request_total');
    return sumBy(samples, ({ resource, subresource, verb = '', code }) =>
      subresource === 'status' && WRITING_VERBS.has(verb) ? `${resource} ${code}` : null,
    );
  }

  /** A token of a ServiceAccount, for a day. */
  async tokenOf(account: string): Promise<string> {
    const path = `${resourcePath(RESOURCES.ServiceAccount, { namespace: NAMESPACE, name: account })}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } };
    const answer = await this.client.request<{ readonly status: { readonly token: string } }>({ method: 'POST', path, body });
    return answer.status.token;
  }

  close(): Promise<void> {
    return this.#access.close();
  }

  async #text(path: string): Promise<string> {
    const { headers, dispatcher } = await this.#access.connect();
    const answer = await dispatcher.request({ origin: this.#access.server, path, method: 'GET', headers: { ...headers } });
    return answer.body.text();
  }
}

interface GatewayObject extends KubeObject {
  readonly status?: { readonly listeners?: readonly { readonly attachedRoutes: number }[] };
}

function attachedRoutesOf({ status }: GatewayObject): number {
  return status?.listeners?.[0]?.attachedRoutes ?? 0;
}
