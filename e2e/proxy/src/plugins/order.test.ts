import { proxyStandard } from '@gibbon/preset-proxy-standard';
import { expect, it } from 'vitest';

const plugins = proxyStandard.filter(({ kind }) => kind === 'plugin');
const facts = plugins.map(({ id, traits }) => ({ id, ...(traits as { readonly priority: number; readonly version: string }) }));

it("bundled plugins run in Kong's order", () => {
  expect(facts.toSorted((a, b) => b.priority - a.priority).map(({ id, priority }) => [id, priority])).toEqual([
    ['plugin.correlation-id', 100_001],
    ['plugin.cors', 2_000],
    ['plugin.gibbon-cors', 1_990],
    ['plugin.key-auth', 1_250],
    ['plugin.rate-limiting', 910],
    ['plugin.request-transformer', 801],
    ['plugin.response-transformer', 800],
    ['plugin.gibbon-redirect', 790],
    ['plugin.gibbon-header-modifier', 789],
    ['plugin.gibbon-url-rewrite', 788],
    ['plugin.gibbon-mirror', 787],
    ['plugin.gibbon-timeouts', 786],
    ['plugin.gibbon-traffic-split', 785],
    ['plugin.gibbon-retries', 784],
    ['plugin.prometheus', 13],
  ]);
});

it('no two bundled plugins have the same priority, and all report one version', () => {
  expect(new Set(facts.map(({ priority }) => priority)).size).toBe(facts.length);
  expect(new Set(facts.map(({ version }) => version))).toEqual(new Set(['3.9.1']));
});
