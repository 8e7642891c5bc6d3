import type { PluginEntity } from '@gibbon/contracts/entities';
import type { Modules } from '@gibbon/contracts/module';
import { MapOf, Nullable, schema, Type } from '@gibbon/schema';
import { describe, expect, it } from 'vitest';
import { foreignIdsOf, moduleForeignIds } from '../index.ts';

const service = (id: string) => ({ type: 'services', id });
const Service = (description = 'Id of a service.') => Type.String({ description, 'x-foreign': 'services' });

describe('ids of other entities', () => {
  it('are found wherever a schema has them', () => {
    const find = foreignIdsOf(
      schema(
        Type.Object({
          first: Service(),
          unset: Nullable(Service()),
          backends: Type.Array(Type.Object({ weight: Type.Integer(), service: Nullable(Service()) })),
          nested: Nullable(Type.Object({ names: MapOf(Service()) })),
          consumer: Type.Object({ id: Type.String() }, { 'x-foreign': 'consumers' }),
          other: Type.String(),
        }),
      ),
    );
    expect(
      find({
        first: 'a',
        unset: null,
        backends: [{ weight: 1, service: 'b' }, { service: null }, { weight: 2, service: 'c' }],
        nested: { names: { x: 'd', y: 'e' } },
        consumer: { id: 'f' },
        other: 'g',
      }),
    ).toEqual([...['a', 'b', 'c', 'd', 'e'].map(service), { type: 'consumers', id: 'f' }]);
  });

  it('are not there in what is not as the schema says', () => {
    const find = foreignIdsOf(schema(Type.Object({ list: Type.Array(Service()), map: MapOf(Service()), one: Service() })));
    for (const config of [null, 1, [], { list: 1, map: [], one: 2 }, { list: [null, {}], map: null, one: [] }])
      expect(find(config)).toEqual([]);
  });

  it('are found in choices', () => {
    const find = foreignIdsOf({
      type: 'object',
      properties: { to: { anyOf: [{ type: 'string', 'x-foreign': 'services' }, { type: 'null' }] } },
    });
    expect([find({ to: 'a' }), find({ to: null })]).toEqual([[service('a')], []]);
  });
});

it('are those of the modules of the process', () => {
  const modules = {
    find: (kind: string, name: string) =>
      kind === 'plugin' && name === 'mirror' ? { config: schema(Type.Object({ to: Service() })) } : null,
  };
  const find = moduleForeignIds(modules as unknown as Modules);
  const plugin = (name: string): PluginEntity => ({ name, config: { to: 'a' } }) as unknown as PluginEntity;
  expect([find(plugin('mirror')), find(plugin('mirror')), find(plugin('unknown'))]).toEqual([[service('a')], [service('a')], []]);
});
