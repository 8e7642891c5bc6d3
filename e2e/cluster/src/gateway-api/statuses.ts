import { expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears } from '../support/eventually.ts';
import { gateway, httpRoute, keys } from '../support/manifests.ts';
import { at, NAMESPACE, verdicts, verdictsOf, WAIT, WEB } from './fixture.ts';

/** As another controller may have written it long ago, for a generation that is gone. */
const FOREIGN_CONDITION = {
  type: 'conformance.gateway.networking.k8s.io/StaleCondition',
  status: 'True',
  reason: 'Stale',
  message: 'of somebody else',
  observedGeneration: 1,
  lastTransitionTime: '2024-01-01T00:00:00Z',
};

/** What statuses say, and what of others they leave alone. */
export function statusTests(get: () => Cluster): void {
  it('programs a Gateway whose name has 253 characters', async () => {
    const { api, statusOf } = get();
    const place = at(`${'long.'.repeat(50)}end`);
    expect(place.name).toHaveLength(253);
    await api.apply(gateway(place, 'gibbon'));
    const address = await appears(() => gatewayAddress(api, place), WAIT.timeout);
    await expect.poll(() => statusOf({ address, host: 'any.test' }), WAIT).toBe(404);
    await api.remove(keys.gateway(place));
  });

  it('leaves conditions of others on a Gateway and its listeners alone', async () => {
    const { api } = get();
    const key = keys.gateway(at('foreign'));
    const listening = (hostname: string): object => {
      const changed = gateway(at('foreign'), 'kong') as { spec: { listeners: object[] } };
      changed.spec.listeners = changed.spec.listeners.map((listener) => ({ ...listener, hostname }));
      return changed;
    };
    const own = async (): Promise<readonly string[]> => {
      const object = await api.get(key);
      const { conditions, listeners } = object?.status ?? {};
      return [...verdictsOf(conditions, object), ...verdictsOf(listeners?.[0]?.conditions, object)].map((text) => text.replace(/\/.*/, ''));
    };
    const ofGateway = ['Accepted=True', 'Programmed=True', 'ResolvedRefs=True'];
    const expected = [...ofGateway, 'Accepted=True', 'Conflicted=False', 'Programmed=True', 'ResolvedRefs=True'];
    await api.apply(listening('one.test'));
    await expect.poll(own, WAIT).toEqual(expected);
    const { conditions, listeners } = (await appears(() => api.get(key))).status;
    const seeded = [{ ...listeners[0], conditions: [...listeners[0].conditions, FOREIGN_CONDITION] }];
    await api.patch(key, { status: { conditions: [...conditions, FOREIGN_CONDITION], listeners: seeded } }, 'status');
    await api.apply(listening('two.test'));
    await expect.poll(own, WAIT).toEqual(expected);
    const after = (await appears(() => api.get(key))).status;
    for (const list of [after.conditions, after.listeners[0].conditions]) expect(list).toContainEqual(FOREIGN_CONDITION);
    await api.remove(key);
  });

  it('leaves the entry of another controller for another parent of a route alone', async () => {
    const { api } = get();
    const key = keys.httpRoute(at('foreign'));
    const under = (path: string): object => {
      const route = httpRoute(at('foreign'), 'foreign.test', {
        rules: [{ matches: [{ path: { value: path } }], backendRefs: [{ name: 'echo', port: 80 }] }],
      }) as any;
      route.spec.parentRefs.push({ name: 'unmanaged-gateway' });
      return route;
    };
    const own = async () => verdicts(await api.get(key));
    const expected = ['Accepted=True/Accepted', 'ResolvedRefs=True/ResolvedRefs'];
    await api.apply(under('/one'));
    await expect.poll(own, WAIT).toEqual(expected);
    const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'unmanaged-gateway' };
    const foreign = { parentRef, controllerName: 'gateway.networking.k8s.io/stale-controller', conditions: [FOREIGN_CONDITION] };
    const parents = (await api.get(key))?.status?.parents ?? [];
    await api.patch(key, { status: { parents: [...parents, foreign] } }, 'status');
    await api.apply(under('/two'));
    await expect.poll(own, WAIT).toEqual(expected);
    expect((await api.get(key))?.status?.parents).toContainEqual(foreign);
    await api.remove(key);
  });

  it('refuses a Secret of another namespace without a grant before it says whether the Secret exists', async () => {
    const { api } = get();
    const key = keys.gateway(at('unpermitted'));
    const certificateRefs = [{ name: 'absent', namespace: 'default' }];
    const listener = { name: 'https', protocol: 'HTTPS', port: 443, hostname: 'absent.test', tls: { certificateRefs } };
    await api.apply({ ...gateway(at('unpermitted'), 'kong'), spec: { gatewayClassName: 'kong', listeners: [listener] } });
    const said = async () => {
      const object = await api.get(key);
      const [https] = object?.status?.listeners ?? [];
      const resolved = verdictsOf(https?.conditions, object).filter((text) => text.startsWith('ResolvedRefs'));
      return { resolved, kinds: https?.supportedKinds?.map(({ kind }: any) => kind), attached: https?.attachedRoutes };
    };
    await expect.poll(said, WAIT).toEqual({ resolved: ['ResolvedRefs=False/RefNotPermitted'], kinds: ['HTTPRoute'], attached: 0 });
    await api.remove(key);
  });

  it('answers with 500 for the first of equal rules, although its Service does not exist', async () => {
    const { api, ask } = get();
    const address = await appears(() => gatewayAddress(api, WEB));
    const matches = (...names: readonly string[]): object[] => [{ headers: names.map((name) => ({ name, value: 'yes' })) }];
    const rules = (first: string): object[] => [
      { matches: matches('x-a', 'x-b'), backendRefs: [{ name: first, port: 80 }] },
      { matches: matches('x-b', 'x-a'), backendRefs: [{ name: 'second', port: 80 }] },
    ];
    const served = async (host: string) => {
      const { status, pod } = await ask({ address, host, headers: { 'x-a': 'yes', 'x-b': 'yes' } });
      return `${status} ${pod?.replace(/-.*/, '') ?? ''}`;
    };
    await api.apply(
      httpRoute(at('order'), 'order.test', { rules: rules('echo') }),
      httpRoute(at('order-absent'), 'absent.test', { rules: rules('absent') }),
    );
    await expect.poll(() => served('order.test'), WAIT).toBe('200 echo');
    await expect.poll(() => served('absent.test'), WAIT).toBe('500 ');
    const said = async () => verdicts(await api.get(keys.httpRoute({ namespace: NAMESPACE, name: 'order-absent' })));
    await expect.poll(said, WAIT).toEqual(['Accepted=True/Accepted', 'ResolvedRefs=False/BackendNotFound']);
  });
}
