import type { PluginEntity } from '@gibbon/contracts/entities';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import { describe, expect, test } from 'vitest';
import { EMPTY_CHAIN, resolveChain, type ScopedPlugin } from './chains.ts';
import { plugin } from './testing.ts';

const ref = (id: string | undefined) => (id === undefined ? null : { id });

function scoped(
  id: string,
  scope: { readonly route?: string; readonly service?: string; readonly consumer?: string } = {},
  options: { readonly name?: string; readonly priority?: number; readonly handler?: PluginHandler } = {},
): ScopedPlugin {
  const name = options.name ?? 'probe';
  const entity: PluginEntity = plugin(id, { name, route: ref(scope.route), service: ref(scope.service), consumer: ref(scope.consumer) });
  return { entity, instance: { name, entityId: id, handler: options.handler ?? { access: () => {} } }, priority: options.priority ?? 1 };
}

const ids = (instances: readonly { readonly entityId: string }[] | null): string[] => instances?.map(({ entityId }) => entityId) ?? [];

describe('resolveChain', () => {
  test('is empty without plugins', () => {
    expect(resolveChain([])).toBe(EMPTY_CHAIN);
  });

  test('orders by priority, then by name descending', () => {
    const chain = resolveChain([
      scoped('low', {}, { name: 'a', priority: 1 }),
      scoped('tie-a', {}, { name: 'b', priority: 5 }),
      scoped('tie-z', {}, { name: 'z', priority: 5 }),
      scoped('high', {}, { name: 'c', priority: 9 }),
    ]);
    expect(ids(chain.access)).toEqual(['high', 'tie-z', 'tie-a', 'low']);
  });

  test('lists a plugin only in the phases that it has', () => {
    const chain = resolveChain([
      scoped('a', {}, { name: 'a', handler: { access: () => {}, log: () => {} } }),
      scoped('b', {}, { name: 'b', handler: { headerFilter: () => {} } }),
    ]);
    expect(ids(chain.access)).toEqual(['a']);
    expect(ids(chain.headerFilter)).toEqual(['b']);
    expect(chain.bodyFilter).toBeNull();
    expect(ids(chain.log)).toEqual(['a']);
    expect(chain.steps).toBeNull();
  });

  test('runs one configuration per plugin: the most specific', () => {
    const global = scoped('global');
    const byService = scoped('service', { service: 's' });
    const byRoute = scoped('route', { route: 'r' });
    const both = scoped('both', { route: 'r', service: 's' });
    expect(ids(resolveChain([global, byService, byRoute, both]).access)).toEqual(['both']);
    expect(ids(resolveChain([byRoute, global, byService]).access)).toEqual(['route']);
    expect(ids(resolveChain([byService, global]).access)).toEqual(['service']);
    expect(ids(resolveChain([global]).access)).toEqual(['global']);
  });

  test('resolves consumers to a table, in the order of precedence', () => {
    const c = 'alice';
    const all = {
      rsc: scoped('rsc', { route: 'r', service: 's', consumer: c }),
      rc: scoped('rc', { route: 'r', consumer: c }),
      sc: scoped('sc', { service: 's', consumer: c }),
      c: scoped('c', { consumer: c }),
      rs: scoped('rs', { route: 'r', service: 's' }),
      g: scoped('g'),
    };
    const forAlice = (...plugins: ScopedPlugin[]): string | undefined => {
      const step = resolveChain(plugins).steps?.[0];
      return (step?.byConsumer?.get(c) ?? step?.fallback)?.entityId;
    };
    expect(forAlice(all.g, all.c, all.sc, all.rc, all.rsc)).toBe('rsc');
    expect(forAlice(all.g, all.c, all.sc, all.rc)).toBe('rc');
    expect(forAlice(all.g, all.c, all.sc)).toBe('sc');
    expect(forAlice(all.g, all.c)).toBe('c');
    expect(resolveChain([all.g, all.c]).steps?.[0]?.fallback?.entityId).toBe('g');
  });

  test('lets a route and service configuration outrank one for the consumer alone', () => {
    const chain = resolveChain([scoped('rs', { route: 'r', service: 's' }), scoped('c', { consumer: 'alice' })]);
    expect(chain.steps).toBeNull();
    expect(ids(chain.access)).toEqual(['rs']);
  });

  test('keeps plugins without consumer configurations as steps beside those with', () => {
    const chain = resolveChain([
      scoped('auth', {}, { name: 'auth', priority: 9 }),
      scoped('limit', { consumer: 'alice' }, { name: 'limit' }),
    ]);
    expect(chain.steps?.map((step) => [step.fallback?.entityId, step.byConsumer?.get('alice')?.entityId])).toEqual([
      ['auth', undefined],
      [undefined, 'limit'],
    ]);
    expect(chain.access).toBeNull();
  });
});
