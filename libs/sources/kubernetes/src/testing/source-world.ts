import { RESOURCE_KINDS } from '@gibbon/contracts/resource';
import { CLOCK } from '@gibbon/contracts/services';
import { KUBE_CLIENT, KubeClient, plainAccess } from '@gibbon/k8s-client';
import { CollectingSink, TestScope, TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { FakeClock } from '@gibbon/time';
import definition from '../index.ts';
import type { KubernetesOptions } from '../kubernetes-source.ts';
import { DEFAULTS, KINDS, THING } from './thing-kinds.ts';

/** A server in memory, and a source on a clock that the test moves. */
export class SourceWorld {
  readonly api: KubeApi;
  readonly clock = new FakeClock();
  readonly sink = new CollectingSink();
  readonly scope = new TestScope();
  readonly source;

  private constructor(api: KubeApi, options: Partial<KubernetesOptions>) {
    this.api = api;
    this.scope.own(() => api.close());
    const access = plainAccess(api.url);
    this.scope.own(() => access.close());
    const client = new KubeClient({ access, clock: this.clock });
    const services = new TestServices([
      [RESOURCE_KINDS, KINDS],
      [CLOCK, this.clock],
      [KUBE_CLIENT, client],
    ]);
    const deps = services.resolve(definition.requires);
    this.source = definition.create({ config: { ...DEFAULTS, ...options }, deps: deps as never, scope: this.scope });
  }

  static async open(options: Partial<KubernetesOptions> = {}): Promise<SourceWorld> {
    return new SourceWorld(await KubeApi.start({ kinds: [THING] }), options);
  }

  /** Waits for a condition of the outside, letting time pass: retries and pauses come to their end. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.clock.advanceAsync(50);
  }

  /** Starts the source, letting time pass. */
  async start(): Promise<void> {
    let started = false;
    const starting = this.source.start(this.sink).then(() => (started = true));
    await this.until(() => started);
    await starting;
  }

  /** Ends everything. @returns timers that were left behind. */
  async close(): Promise<number> {
    await this.scope.dispose();
    return this.clock.pending;
  }
}
