import { compileSchema, Nullable, schema, Type } from '@gibbon/schema';
import { describe, expect, test } from 'vitest';
import { ANY_PLUGIN, DEFAULT_PLUGIN_PROTOCOLS, modulePlugins, normaliseEntity, type PluginCatalog } from '../index.ts';

const ID = '0e7a237a-6645-50cc-8e6d-514947af04b9';

const validate = compileSchema(
  schema(
    Type.Object(
      { minute: Nullable(Type.Integer({ minimum: 1 })), policy: Type.Enum(['local'], { default: 'local' }) },
      {
        'x-kong-checks': [{ at_least_one_of: ['minute'] }],
      },
    ),
  ),
);
const catalog: PluginCatalog = {
  find: (name) => (name === 'limit' ? { protocols: ['http', 'https'], forbiddenScopes: ['consumer'], validate } : null),
};

function problems(input: object): string[] {
  const result = normaliseEntity('plugins', input, { plugins: catalog });
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a plugin', () => {
  test("has its defaults, its plugin's protocols and Kong's id", () => {
    const result = normaliseEntity('plugins', { name: 'limit', service: ID, config: { minute: 5 } }, { plugins: catalog });
    expect(result).toMatchObject({
      ok: true,
      entity: {
        service: { id: ID },
        route: null,
        consumer: null,
        enabled: true,
        instance_name: null,
        protocols: ['http', 'https'],
        config: { minute: 5, policy: 'local' },
      },
    });
  });

  test.each<[object, string[]]>([
    [{}, ['name: required field missing']],
    [{ name: 'nope', config: { a: 1 } }, ["name: plugin 'nope' not enabled; add it to the 'plugins' configuration property"]],
    [{ name: 'limit' }, ["config: at least one of these fields must be non-empty: 'minute'"]],
    [{ name: 'limit', config: null }, ['config: required field missing']],
    [{ name: 'limit', config: 'x' }, ['config: expected a record']],
    [{ name: 'limit', config: { minute: 0, bogus: 1 } }, ['config.minute: value must be at least 1', 'config.bogus: unknown field']],
    [
      { name: 'limit', consumer: { id: ID }, protocols: ['http', 'tcp', 'ws'], config: { minute: 1 }, enabled: 'yes' },
      [
        'consumer: value must be null',
        'protocols.2: expected one of: http, https',
        'protocols.3: expected one of: http, https',
        'enabled: expected a boolean',
      ],
    ],
    [{ name: 'limit', config: { minute: 1 }, ordering: {} }, ['ordering: unknown field']],
  ])('%j is refused', (input, expected) => {
    expect(problems(input)).toEqual(expected);
  });
});

test('any plugin is taken as it is where none is known', () => {
  expect(normaliseEntity('plugins', { name: 'x', config: { a: null } })).toMatchObject({
    ok: true,
    entity: { config: { a: null }, protocols: DEFAULT_PLUGIN_PROTOCOLS },
  });
  expect(ANY_PLUGIN.find('x')?.validate(1).ok).toBe(false);
});

test('the plugins of a process come from its modules', () => {
  const definition = { traits: { priority: 1, version: '1.0.0', protocols: ['tcp'] } };
  const modules = {
    find: (kind: string, name: string) => (kind === 'plugin' && name === 'mine' ? definition : null),
    validate: (given: unknown, config: unknown) => ({ ok: true, config: [given === definition, config] }),
  };
  const plugins = modulePlugins(modules as never);
  expect(plugins.find('other')).toBeNull();
  expect(plugins.find('mine')).toMatchObject({ protocols: ['tcp'], forbiddenScopes: [] });
  expect(plugins.find('mine')?.validate('c')).toEqual({ ok: true, config: [true, 'c'] });
});
