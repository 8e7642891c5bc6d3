import { definePlugin, type PluginHandler } from '@gibbon/contracts/plugin';
import type { EntityBase } from '@gibbon/contracts/entities';
import type { Logger } from '@gibbon/contracts/services';
import { expect, test } from 'vitest';
import { Host } from './index.ts';

const silent: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
  isLevelEnabled: () => false,
  child: () => silent,
};

function hostWith(create: (context: object) => PluginHandler): { readonly host: Host; readonly checked: unknown[] } {
  const checked: unknown[] = [];
  const plugin = definePlugin({
    name: 'even',
    summary: 'Takes even numbers.',
    priority: 1,
    version: '1.0.0',
    config: { type: 'object' },
    check: (config: { readonly n: number }) => {
      checked.push(config);
      return config.n % 2 === 0 ? [] : [{ path: 'n', message: 'expected an even number' }];
    },
    create,
  });
  const compileSchema = () => (raw: unknown) =>
    typeof (raw as { n?: unknown }).n === 'number'
      ? ({ ok: true, config: raw } as const)
      : ({ ok: false, problems: [{ path: 'n', message: 'expected a number' }] } as const);
  const host = new Host({ log: silent, compileSchema });
  host.use([plugin], { packageName: 'test', packageVersion: '1.0.0' });
  host.boot();
  return { host, checked };
}

test("a definition's own check follows the schema, and only what the schema accepts", () => {
  const { host, checked } = hostWith(() => ({}));
  const definition = host.modules.find('plugin', 'even')!;
  expect(host.modules.validate(definition, { n: 2 })).toEqual({ ok: true, config: { n: 2 } });
  expect(host.modules.validate(definition, { n: 3 })).toEqual({ ok: false, problems: [{ path: 'n', message: 'expected an even number' }] });
  expect(host.modules.validate(definition, { n: 'x' })).toEqual({ ok: false, problems: [{ path: 'n', message: 'expected a number' }] });
  expect(checked).toEqual([{ n: 2 }, { n: 3 }]);
});

test('an instance learns which entity it serves, where there is one', () => {
  const contexts: object[] = [];
  const { host } = hostWith((context) => {
    contexts.push(context);
    return {};
  });
  const definition = host.modules.find('plugin', 'even')!;
  const entity: EntityBase = { id: 'e', tags: null, created_at: null, updated_at: null };
  host.modules.create(definition, { n: 2 }, host.scope, entity);
  host.modules.create(definition, { n: 2 }, host.scope);
  expect(contexts[0]).toMatchObject({ config: { n: 2 }, entity });
  expect(contexts[1]).not.toHaveProperty('entity');
});
