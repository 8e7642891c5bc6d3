import { describe, expect, it } from 'vitest';
import { groupOf, namespaceOf, refOf, versionOf } from './object.ts';

describe('object', () => {
  it('splits API versions', () => {
    expect([groupOf('v1'), versionOf('v1')]).toEqual(['', 'v1']);
    expect([groupOf('networking.k8s.io/v1'), versionOf('networking.k8s.io/v1')]).toEqual(['networking.k8s.io', 'v1']);
  });

  it('names objects, with an empty namespace for cluster scope', () => {
    const plugin = { apiVersion: 'configuration.konghq.com/v1', kind: 'KongClusterPlugin', metadata: { name: 'all' } };
    expect(refOf(plugin)).toEqual({ kind: 'KongClusterPlugin', namespace: '', name: 'all' });
    expect(namespaceOf(plugin)).toBe('');
    expect(namespaceOf({ ...plugin, metadata: { name: 'x', namespace: 'team' } })).toBe('team');
  });
});
