import type { ConfigurationDelta, PluginEntity } from '@gibbon/contracts/entities';
import type { ModuleDefinition, Modules, Scope } from '@gibbon/contracts/module';
import { definePlugin } from '@gibbon/contracts/plugin';
import type { Router } from '@gibbon/dataplane-router';
import type { BalancedUpstream } from '@gibbon/dataplane-upstream';
import { describe, expect, test } from 'vitest';
import type { CompiledRoute } from '../snapshot.ts';
import { SnapshotCompiler, type RouteEntry, type RouteIndex, type UpstreamIndex } from './compiler.ts';
import { configuration, plugin, route, service, upstream } from './testing.ts';

/** A scope that remembers what is alive in it. */
class CountingScope implements Scope {
  readonly released: string[] = [];
  readonly signal = new AbortController().signal;
  own<T>(thing: T): T {
    return thing;
  }
  child(name: string): Scope & { dispose(): void } {
    return {
      signal: this.signal,
      own: (thing) => thing,
      child: (inner) => this.child(inner),
      dispose: () => void this.released.push(name),
    };
  }
}

/** Remembers what the compiler changed, and answers by route id. */
class RecordingRoutes implements RouteIndex {
  readonly entries = new Map<string, CompiledRoute>();
  updates: { removed: readonly string[]; added: readonly string[] }[] = [];
  update(removed: readonly string[], added: readonly RouteEntry[]): Router<CompiledRoute> {
    for (const id of removed) this.entries.delete(id);
    for (const {
      route: { id },
      value,
    } of added)
      this.entries.set(id, value);
    this.updates.push({ removed: [...removed].sort(), added: added.map((entry) => entry.route.id).sort() });
    return { size: this.entries.size, match: () => null, problems: [] };
  }
}

class NamedUpstreams implements UpstreamIndex {
  readonly known = new Map<string, BalancedUpstream>();
  update(delta: ConfigurationDelta): void {
    for (const { name } of delta.upstreams?.upserted ?? []) this.known.set(name, { name } as BalancedUpstream);
  }
  named(name: string): BalancedUpstream | null {
    return this.known.get(name) ?? null;
  }
  resolve(host: string): string {
    return host;
  }
  async namesSettled(): Promise<void> {}
}

const probe = definePlugin<{ readonly bad?: boolean }>({
  name: 'probe',
  summary: 'For tests.',
  priority: 7,
  version: '1.0.0',
  config: { type: 'object' },
  create: () => ({ access: () => {}, rewrite: () => {} }),
});

const modules: Modules = {
  find: (kind, name) => (kind === 'plugin' && name === 'probe' ? (probe as unknown as ModuleDefinition<typeof kind>) : null),
  list: () => [],
  validate: (_definition, raw) =>
    (raw as { bad?: boolean }).bad === true
      ? { ok: false, problems: [{ path: 'bad', message: 'unknown field' }] }
      : { ok: true, config: raw },
  create: (definition, config, scope) => definition.create({ config, deps: {}, scope }),
};

function setup() {
  const routes = new RecordingRoutes();
  const upstreams = new NamedUpstreams();
  const scope = new CountingScope();
  const compiler = new SnapshotCompiler({ modules, scope, routes, upstreams });
  const chainOf = (id: string): string[] => routes.entries.get(id)?.chain.access?.map(({ entityId }) => entityId) ?? [];
  return { compiler, routes, upstreams, scope, chainOf };
}

const bound = (id: string, fields: Partial<PluginEntity> = {}): ConfigurationDelta => ({
  plugins: { upserted: [plugin(id, fields)], deleted: [] },
});

describe('SnapshotCompiler', () => {
  test('resolves routes to services, upstreams and plugins', () => {
    const { compiler, routes, upstreams, chainOf } = setup();
    const { snapshot, problems } = compiler.replace(
      configuration({
        services: [service('s', { host: 'api' })],
        routes: [route('r', { service: { id: 's' } }), route('bare')],
        upstreams: [upstream('u', 'api')],
        plugins: [plugin('g'), plugin('p', { service: { id: 's' } })],
      }),
    );
    expect(problems).toEqual([]);
    expect(snapshot.revision).toBe(1);
    expect(routes.entries.get('r')?.service?.balanced).toBe(upstreams.named('api'));
    expect(chainOf('r')).toEqual(['p']);
    expect(chainOf('bare')).toEqual(['g']);
    expect(snapshot.rewrite?.map(({ entityId }) => entityId)).toEqual(['g']);
    expect(snapshot.globalChain.access?.map(({ entityId }) => entityId)).toEqual(['g']);
  });

  test('compiles again exactly what a delta touches', () => {
    const { compiler, routes } = setup();
    compiler.replace(
      configuration({
        services: [service('a', { host: 'ua' }), service('b', { host: 'ub' })],
        routes: [route('a1', { service: { id: 'a' } }), route('a2', { service: { id: 'a' } }), route('b1', { service: { id: 'b' } })],
      }),
    );
    const touchedBy = (delta: ConfigurationDelta): readonly string[] => {
      routes.updates = [];
      compiler.apply(delta);
      return routes.updates[0]?.added ?? [];
    };
    expect(touchedBy({ routes: { upserted: [route('a1', { service: { id: 'a' }, paths: ['/x'] })], deleted: [] } })).toEqual(['a1']);
    expect(touchedBy({ services: { upserted: [service('b', { host: 'ub', retries: 1 })], deleted: [] } })).toEqual(['b1']);
    expect(touchedBy(bound('p', { service: { id: 'a' } }))).toEqual(['a1', 'a2']);
    expect(touchedBy(bound('p', { route: { id: 'b1' } }))).toEqual(['a1', 'a2', 'b1']);
    expect(touchedBy({ plugins: { upserted: [], deleted: ['p'] } })).toEqual(['b1']);
    expect(touchedBy({ upstreams: { upserted: [upstream('u', 'ub')], deleted: [] } })).toEqual(['b1']);
    expect(touchedBy(bound('g'))).toEqual(['a1', 'a2', 'b1']);
    expect(touchedBy({ targets: { upserted: [], deleted: ['t'] } })).toEqual([]);
  });

  test('takes the routes of a disabled service out, and back in', () => {
    const { compiler, routes } = setup();
    compiler.replace(configuration({ services: [service('s')], routes: [route('r', { service: { id: 's' } })] }));
    compiler.apply({ services: { upserted: [service('s', { enabled: false })], deleted: [] } });
    expect([...routes.entries.keys()]).toEqual([]);
    compiler.apply({ services: { upserted: [service('s')], deleted: [] } });
    expect([...routes.entries.keys()]).toEqual(['r']);
  });

  test('keeps the last good configuration of a plugin whose new one is refused, and says why', () => {
    const { compiler, chainOf, scope } = setup();
    compiler.replace(configuration({ routes: [route('r')], plugins: [plugin('p', { route: { id: 'r' } })] }));
    const { problems } = compiler.apply(bound('p', { route: { id: 'r' }, config: { bad: true } }));
    expect(problems).toEqual([{ type: 'plugins', id: 'p', field: 'config.bad', message: 'unknown field' }]);
    expect(chainOf('r')).toEqual(['p']);
    expect(scope.released).toEqual([]);
  });

  test('reports a plugin that is not in the build and serves the rest', () => {
    const { compiler, chainOf } = setup();
    const { problems } = compiler.replace(configuration({ routes: [route('r')], plugins: [plugin('x', { name: 'absent' }), plugin('p')] }));
    expect(problems).toEqual([{ type: 'plugins', id: 'x', field: 'name', message: "plugin 'absent' is not in this build" }]);
    expect(chainOf('r')).toEqual(['p']);
  });

  test('leaves out plugins that are disabled or for streams', () => {
    const { compiler, chainOf } = setup();
    compiler.replace(
      configuration({ routes: [route('r')], plugins: [plugin('off', { enabled: false }), plugin('tcp', { protocols: ['tcp'] })] }),
    );
    expect(chainOf('r')).toEqual([]);
  });

  test('releases a replaced plugin when the last request under any older snapshot has ended', () => {
    const { compiler, scope } = setup();
    const first = compiler.replace(configuration({ routes: [route('r')], plugins: [plugin('p')] })).snapshot;
    first.inFlight = 1;
    const second = compiler.apply({ routes: { upserted: [route('r2')], deleted: [] } }).snapshot;
    second.inFlight = 1;
    compiler.apply({ plugins: { upserted: [], deleted: ['p'] } });
    second.inFlight = 0;
    second.onIdle?.();
    expect(scope.released).toEqual([]);
    first.inFlight = 0;
    first.onIdle?.();
    expect(scope.released).toEqual(['plugin.probe/p']);
  });

  test('releases at once what no request uses', () => {
    const { compiler, scope } = setup();
    compiler.replace(configuration({ plugins: [plugin('p')] }));
    compiler.apply(bound('p', { config: { changed: true } }));
    expect(scope.released).toEqual(['plugin.probe/p']);
  });

  test('groups connections by what TLS a service wants', () => {
    const { compiler, routes } = setup();
    const of = (id: string) => route(id, { service: { id } });
    compiler.replace(
      configuration({
        services: [
          service('plain'),
          service('a', { protocol: 'https' }),
          service('b', { protocol: 'https' }),
          service('v', { protocol: 'https', tls_verify: true }),
        ],
        routes: [of('plain'), of('a'), of('b'), of('v')],
      }),
    );
    const key = (id: string): string | undefined => routes.entries.get(id)?.service?.poolKey;
    expect(key('plain')).toBe('');
    expect(key('a')).toBe(key('b'));
    expect(key('v')).not.toBe(key('a'));
    expect(routes.entries.get('v')?.service?.tls?.verify).toBe(true);
  });
});
