import type { Configuration, ConfigurationDelta, EntityType } from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_PLUGIN } from '../plugins/catalog.ts';
import { parseDeclarative } from '../declarative/parse.ts';
import { admitDelta, salvage, type AdmitResult } from './admit.ts';
import { applyDelta, emptyConfiguration } from './apply.ts';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function parsed(document: object): ReturnType<typeof parseDeclarative> {
  return parseDeclarative({ _format_version: '3.0', ...document }, { plugins: ANY_PLUGIN });
}

function configuration(document: object): Configuration {
  const result = parsed(document);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.configuration;
}

/** Looks entities up by going through lists. */
function lookup(from: Configuration): EntityLookup {
  const field = (entity: object, name: string): unknown => (entity as Readonly<Record<string, unknown>>)[name];
  return {
    get: (type, wanted) => from[type].find((entity) => entity.id === wanted) ?? null,
    find: (type, name, value) => from[type].find((entity) => field(entity, name) === value) ?? null,
    children: (type, name, parent) => from[type].filter((entity) => (field(entity, name) as { id?: unknown } | null)?.id === parent),
  };
}

const BASE = configuration({
  services: [
    { id: id(1), name: 'a', host: 'a.test', routes: [{ id: id(11), name: 'ra', paths: ['/a'] }] },
    { id: id(2), name: 'b', host: 'b.test' },
  ],
});

function admit(raw: unknown, leaveOut = false, base = BASE): AdmitResult {
  return admitDelta(raw, { base: lookup(base), leaveOut });
}

function errorsOf(result: AdmitResult): string[] {
  const errors = result.ok ? result.leftOut : result.errors;
  return errors.map(({ location, message }) => `${location}: ${message}`);
}

describe('admitDelta', () => {
  it('fills in defaults and takes references as ids or records', () => {
    const result = admit({ routes: { upserted: [{ id: id(12), paths: ['/b'], service: id(2) }] }, services: { deleted: [] } });
    expect(result).toMatchObject({
      ok: true,
      leftOut: [],
      delta: { routes: { upserted: [{ id: id(12), service: { id: id(2) }, strip_path: true }], deleted: [] } },
    });
  });

  it('keeps of passwords what a data plane keeps', () => {
    const credential = { id: id(31), consumer: id(3), username: 'bob', password: 'hunter2' };
    const raw = { consumers: { upserted: [{ id: id(3), username: 'bob' }] }, basicauth_credentials: { upserted: [credential] } };
    // printf hunter200000000-0000-4000-8000-000000000003 | sha1sum
    const password = '22b2fbd3ed9d155ca3e0a18ad572582b789b6ba6';
    expect(admit(raw)).toMatchObject({ ok: true, delta: { basicauth_credentials: { upserted: [{ username: 'bob', password }] } } });
  });

  it('lets a change refer to what comes with it, and remove a parent with its children', () => {
    const raw = {
      services: { upserted: [{ id: id(3), host: 'c.test' }], deleted: [id(1)] },
      routes: { upserted: [{ id: id(13), paths: ['/c'], service: { id: id(3) } }], deleted: [id(11)] },
    };
    expect(admit(raw)).toMatchObject({ ok: true });
  });

  it('lets names change hands', () => {
    expect(
      admit({
        services: {
          upserted: [
            { id: id(1), name: 'b', host: 'a.test' },
            { id: id(2), name: 'a', host: 'b.test' },
          ],
        },
      }),
    ).toMatchObject({ ok: true });
    expect(admit({ services: { upserted: [{ id: id(3), name: 'b', host: 'c.test' }], deleted: [id(2)] } })).toMatchObject({ ok: true });
  });

  it('refuses the whole with every reason at once', () => {
    const raw = {
      services: {
        upserted: [{ id: id(3), name: 'b', host: 'c.test', port: 70_000 }, { id: id(4), name: 'b', host: 'd.test' }, { host: 'e.test' }],
        deleted: [id(1)],
      },
      routes: {
        upserted: [
          { id: id(14), paths: ['/d'], service: id(9) },
          { id: id(15), paths: ['/e'], service: id(3) },
        ],
      },
    };
    expect(errorsOf(admit(raw))).toEqual([
      'services.1.port: value should be between 0 and 65535',
      'services.3.id: required field missing',
      "services.2: uniqueness violation: 'services' entity with name set to 'b' already declared",
      `routes.1.service: invalid reference 'service: ${id(9)}' (no such entry in 'services')`,
      `routes.${id(11)}.service: invalid reference 'service: ${id(1)}' (no such entry in 'services')`,
    ]);
  });

  it.each<[unknown, string]>([
    [null, 'delta: expected a record'],
    [[], 'delta: expected a record'],
    [{ widgets: {} }, 'widgets: unknown field'],
    [{ routes: [] }, 'routes: expected a record'],
    [{ routes: { upsert: [] } }, 'routes.upsert: unknown field'],
    [{ routes: { upserted: {} } }, 'routes.upserted: expected an array'],
    [{ routes: { deleted: ['x'] } }, 'routes.deleted: expected an array of ids'],
    [{ routes: { upserted: [1] } }, 'routes.1: expected a record'],
  ])('refuses %j, whatever may be left out', (raw, message) => {
    expect(errorsOf(admit(raw))).toContain(message);
    if (!message.includes('routes.1')) expect(admit(raw, true).ok).toBe(false);
  });

  it('leaves out what is faulty and what hangs on it; what serves of it stays', () => {
    const raw = {
      services: {
        upserted: [
          { id: id(1), name: 'a', host: 'a2.test', port: -1 },
          { id: id(3), name: 'c', host: 'c.test', port: -1 },
          { id: id(4), host: 'd.test' },
        ],
      },
      routes: {
        upserted: [
          { id: id(13), paths: ['/c'], service: id(3) },
          { id: id(14), paths: ['/d'], service: id(4) },
        ],
      },
      plugins: { upserted: [{ id: id(21), name: 'cors', route: id(13), config: {} }] },
    };
    const result = admit(raw, true);
    expect(errorsOf(result).map((line) => line.split(':')[0])).toEqual([
      'services.1.port',
      'services.2.port',
      'routes.1.service',
      'plugins.1.route',
    ]);
    const next = applyDelta(BASE, result.ok ? result.delta : {});
    expect(next.services.map(({ host }) => host)).toEqual(['a.test', 'b.test', 'd.test']);
    expect(next.routes.map((route) => route.id)).toEqual([id(11), id(14)]);
    expect(next.plugins).toEqual([]);
  });

  it('takes children out when only their parent is removed', () => {
    const result = admit({ services: { deleted: [id(1)] } }, true);
    expect(result).toMatchObject({ ok: true, delta: { services: { deleted: [id(1)] }, routes: { deleted: [id(11)] } } });
    expect(errorsOf(result)).toHaveLength(1);
  });

  it('yields a configuration that holds together, whatever comes in', () => {
    const ids = fc.integer({ min: 1, max: 5 }).map(id);
    const service = fc.record({
      id: ids,
      name: fc.constantFrom('a', 'b', 'c'),
      host: fc.constant('h.test'),
      port: fc.constantFrom(80, -1),
    });
    const route = fc.record({ id: fc.integer({ min: 11, max: 15 }).map(id), paths: fc.constant(['/x']), service: ids });
    const change = fc.record({
      services: fc.record({ upserted: fc.array(service), deleted: fc.array(ids) }),
      routes: fc.record({ upserted: fc.array(route), deleted: fc.array(fc.integer({ min: 11, max: 15 }).map(id)) }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        let current = BASE;
        for (const raw of changes) {
          const result = admit(raw, true, current);
          if (!result.ok) throw new Error(JSON.stringify(result.errors));
          current = applyDelta(current, result.delta);
          const services = new Set(current.services.map((one) => one.id));
          expect(current.routes.filter((one) => one.service !== null && !services.has(one.service.id))).toEqual([]);
          const names = current.services.map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
        }
      }),
    );
  });
});

describe('salvage', () => {
  function salvaged(
    document: object,
    serving = BASE,
  ): { readonly next: Configuration; readonly leftOut: readonly string[]; readonly delta: ConfigurationDelta } {
    const result = parsed(document);
    if (result.ok) throw new Error('the document is right');
    const { delta, leftOut } = salvage(result.valid, result.errors, { base: lookup(serving), configuration: serving });
    return { next: applyDelta(serving, delta), leftOut: leftOut.map(({ entity, path }) => `${entity?.type} ${entity?.id} ${path}`), delta };
  }
  const ids = (from: Configuration, type: EntityType): string[] => from[type].map((entity) => entity.id);

  const DOCUMENT = {
    services: [
      { id: id(1), name: 'a', host: 'a.test', port: -1, routes: [{ id: id(11), name: 'ra', paths: ['/a2'] }] },
      {
        id: id(3),
        name: 'c',
        host: 'c.test',
        routes: [
          { id: id(13), paths: ['/c'] },
          { id: id(14), paths: ['c'] },
        ],
      },
    ],
  };

  it('serves what is right, and keeps the last good form of what is not', () => {
    const { next, leftOut } = salvaged(DOCUMENT);
    expect(next.services.map(({ name, port }) => [name, port])).toEqual([
      ['a', 80],
      ['c', 80],
    ]);
    expect(next.routes.map(({ paths }) => paths)).toEqual([['/a2'], ['/c']]);
    expect(leftOut).toEqual([`services ${id(1)} port`, `routes ${id(14)} paths.1`]);
  });

  it('leaves out what hangs on an entity that was never good', () => {
    const { next, leftOut } = salvaged(DOCUMENT, emptyConfiguration());
    expect([ids(next, 'services'), ids(next, 'routes')]).toEqual([[id(3)], [id(13)]]);
    expect(leftOut).toContain(`routes ${id(11)} service`);
  });

  it('keeps one of two entities with a name', () => {
    const { next } = salvaged(
      {
        services: [
          { id: id(5), name: 'x', host: 'one.test' },
          { id: id(6), name: 'x', host: 'two.test' },
        ],
      },
      emptyConfiguration(),
    );
    expect(next.services.map(({ host }) => host)).toEqual(['one.test']);
  });
});
