import { defineModule } from '@gibbon/contracts/module';
import { definePlugin } from '@gibbon/contracts/plugin';
import { describe, expect, test } from 'vitest';
import { indexPage, kindPages, settingsPage } from './pages.ts';

const config = { type: 'object', properties: {} };
const plugin = definePlugin({ name: 'stamp', priority: 10, version: '1.2.3', summary: 'Stamps.', config, create: () => ({}) });
const balancer = (name: string) =>
  defineModule({
    kind: 'balancer',
    id: `balancer.${name}`,
    summary: `${name}.`,
    config,
    requires: {},
    traits: {},
    create: () => ({ update: () => {}, pick: () => null }),
  });

describe('reference pages', () => {
  test('there is one per kind, with its modules by id', () => {
    const pages = kindPages([
      { definition: balancer('z'), packageName: '@gibbon/z', folder: 'libs/balancers/z' },
      { definition: plugin, packageName: '@gibbon/stamp', folder: 'libs/plugins/stamp' },
      { definition: balancer('a'), packageName: '@gibbon/a', folder: 'libs/balancers/a' },
    ]);
    expect([...pages.keys()]).toEqual(['balancer.md', 'plugin.md']);
    expect(pages.get('balancer.md')?.match(/^#.*$/gm)).toEqual(['# Balancers', '## balancer.a', '## balancer.z']);
    expect(pages.get('plugin.md')).toContain(
      '## plugin.stamp\n\nStamps.\n\nPackage `@gibbon/stamp` ([source](../../libs/plugins/stamp)). priority `10`; version `1.2.3`.\n\nThere are no options.\n',
    );
  });

  test('a setting shows its flag, variables, default, commands and choices', () => {
    const setting = {
      flag: 'log-level',
      summary: 'Least level',
      placeholder: 'LEVEL',
      default: 'info',
      choices: ['info', 'warn'],
      commands: ['proxy'],
    };
    expect(settingsPage([setting], () => ['GIBBON_LOG_LEVEL', 'KONG_LOG_LEVEL'])).toContain(
      '| `--log-level LEVEL` | `GIBBON_LOG_LEVEL`, `KONG_LOG_LEVEL` | `info` | proxy | Least level. One of `info`, `warn`. |',
    );
  });

  test('the index names every page', () => {
    expect(indexPage(['settings.md', 'plugin.md', 'novelty.md']).match(/^- .*$/gm)).toEqual([
      '- [Command line](settings.md)',
      '- [Plugins](plugin.md)',
      '- [novelty.md](novelty.md)',
    ]);
  });
});
