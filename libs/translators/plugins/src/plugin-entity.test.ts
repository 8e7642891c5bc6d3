import type { KongPlugin } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { pluginInput } from './plugin-entity.ts';

const PLUGIN: KongPlugin = {
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  metadata: { namespace: 'default', name: 'kong-id' },
  plugin: 'correlation-id',
  instance_name: 'example',
};
const ROUTE = { id: 'r', name: 'default.httpbin.httpbin..80' };

describe('pluginInput', () => {
  it('has the id and instance name of the reference controller', () => {
    expect(pluginInput(PLUGIN, { a: 1 }, { route: ROUTE }, new Set())).toEqual({
      id: '61a22b86-f859-5c8a-a23c-97b92b14b635',
      name: 'correlation-id',
      route: { id: 'r' },
      instance_name: 'example-21a1f5b5f',
      config: { a: 1 },
      enabled: true,
      tags: ['k8s-name:kong-id', 'k8s-namespace:default', 'k8s-kind:KongPlugin', 'k8s-group:configuration.konghq.com', 'k8s-version:v1'],
    });
  });

  it('takes the whole digest where the short name is taken', () => {
    const used = new Set<string>();
    const names = [1, 2].map(() => pluginInput(PLUGIN, {}, { route: ROUTE }, used)['instance_name'] as string);
    expect(names[0]).toBe('example-21a1f5b5f');
    expect(names[1]).toMatch(/^example-21a1f5b5f[0-9a-f]{55}$/);
  });

  it('keeps the plain instance name of a global plugin', () => {
    expect(pluginInput(PLUGIN, {}, {}, new Set())['instance_name']).toBe('example');
  });

  it('gives each combination an id of its own', () => {
    const service = { id: 's', name: 'svc' };
    const consumer = { id: 'c', name: 'bob' };
    const scopes = [{}, { route: ROUTE }, { service }, { consumer }, { route: ROUTE, consumer }, { service, consumer }];
    const ids = scopes.map((scope) => pluginInput(PLUGIN, {}, scope, new Set())['id']);
    expect(new Set(ids).size).toBe(scopes.length);
  });

  it('passes on what the object says', () => {
    expect(pluginInput({ ...PLUGIN, disabled: true, protocols: ['http'] }, {}, {}, new Set())).toMatchObject({
      enabled: false,
      protocols: ['http'],
    });
  });
});
