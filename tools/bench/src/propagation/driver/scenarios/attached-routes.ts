import type { AttachedResult } from '../../propagation-result.ts';
import { gateway, httpRoute, namespaceObject, rule, service } from '../objects.ts';
import { inParallel } from '../parallel.ts';
import type { World } from '../world.ts';

const GATEWAY = 'counting';
const ROUTES_IN = 'attached';
const WIDTH = 16;
const TIMEOUT_MS = 300_000;

/** Attaches routes without endpoints to a Gateway of their own and detaches them, and watches how it counts. */
export async function attachRoutes(world: World): Promise<AttachedResult> {
  const { cluster } = world;
  const routes = world.options.attached;
  await cluster.create(namespaceObject(ROUTES_IN), gateway(GATEWAY));
  await world.quiet();
  const count = new Count();
  const unfollow = await cluster.followGateway(GATEWAY, (attached) => count.set(attached));
  try {
    const end = await world.count();
    const names = Array.from({ length: routes }, (_, index) => `route-${index}`);
    const groups = names.map((name) => {
      const host = `${name}.attached.example.com`;
      return [service(ROUTES_IN, name), httpRoute({ namespace: ROUTES_IN, name, host, gateway: GATEWAY, rules: [rule('/', name)] })];
    });
    const begunMs = performance.now();
    await inParallel(groups, WIDTH, (group) => cluster.create(...group));
    const createdMs = performance.now();
    const addedMs = await count.reaches(routes);
    await world.quiet();
    const deletionMs = performance.now();
    await cluster.removeAll('HTTPRoute', ROUTES_IN, names);
    const deletedMs = performance.now();
    const removedMs = await count.reaches(0);
    await world.quiet();
    return {
      routes,
      creationSeconds: (createdMs - begunMs) / 1000,
      addAllSeconds: Math.max(addedMs - createdMs, 0) / 1000,
      deletionSeconds: (deletedMs - deletionMs) / 1000,
      removeAllSeconds: Math.max(removedMs - deletedMs, 0) / 1000,
      writes: count.changes,
      highest: count.highest,
      expense: await end(),
    };
  } finally {
    unfollow();
  }
}

/** The count as it is shown, and when it became what it is. */
class Count {
  changes = 0;
  highest = 0;
  #current = 0;
  #sinceMs = performance.now();
  #waiting: { readonly value: number; readonly resolve: (atMs: number) => void } | null = null;

  set(value: number): void {
    if (value === this.#current) return;
    this.#current = value;
    this.#sinceMs = performance.now();
    this.changes++;
    this.highest = Math.max(this.highest, value);
    if (this.#waiting?.value === value) this.#waiting.resolve(this.#sinceMs);
  }

  /** @returns the time at which it became that. Rejects when it does not in time. */
  async reaches(value: number): Promise<number> {
    if (this.#current === value) return this.#sinceMs;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const late = (): void => reject(new Error(`the Gateway counts ${this.#current} routes and not ${value} after ${TIMEOUT_MS} ms`));
    const timer = setTimeout(late, TIMEOUT_MS);
    this.#waiting = { value, resolve };
    return promise.finally(() => {
      this.#waiting = null;
      clearTimeout(timer);
    });
  }
}
