import type { ResourceKind } from '@gibbon/contracts/resource';
import { controllerStandard } from '@gibbon/preset-controller-standard';
import { describe, expect, it } from 'vitest';
import { resourceKindsOf } from '../build-contents.ts';
import { clusterRules, MANAGED_RULES, NAMESPACE_RULES } from './permissions.ts';

const kinds = resourceKindsOf(controllerStandard);
const rules = clusterRules(kinds);

/** Whether rules let somebody do something. */
function allows(group: string, resource: string, verb: string): boolean {
  return rules.some(({ apiGroups, resources, verbs }) => apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb));
}

describe('clusterRules', () => {
  it.each(kinds.map((kind) => [kind.kind, kind] as const))(
    'lets the controller read %s, and write its status where that is its own',
    (_name, kind) => {
      for (const verb of ['get', 'list', 'watch']) expect(allows(kind.group, kind.plural, verb)).toBe(true);
      expect(allows(kind.group, `${kind.plural}/status`, 'patch')).toBe(kind.writesStatus === true);
    },
  );

  it('lets it change nothing but statuses and events', () => {
    const written = rules
      .filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)))
      .flatMap(({ resources }) => resources);
    expect(written.filter((resource) => resource !== 'events' && !resource.endsWith('/status'))).toEqual([]);
    expect(rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs])).not.toContain('*');
  });

  it('follows the modules of the build', () => {
    const kind: ResourceKind = {
      group: 'example.test',
      versions: ['v1'],
      kind: 'Thing',
      plural: 'things',
      namespaced: true,
      writesStatus: true,
    };
    expect(clusterRules([kind]).slice(0, 2)).toEqual([
      { apiGroups: ['example.test'], resources: ['things'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['example.test'], resources: ['things/status'], verbs: ['patch'] },
    ]);
  });

  it('keeps what is done in one namespace out of the cluster', () => {
    expect(NAMESPACE_RULES.flatMap(({ resources }) => resources)).toEqual(['leases', 'endpointslices']);
    expect(allows('coordination.k8s.io', 'leases', 'get')).toBe(false);
  });
});

describe('rules for managed Gateways', () => {
  const managed = [...rules, ...MANAGED_RULES];
  const may = (resource: string): readonly string[] => [
    ...new Set(managed.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs)),
  ];

  it.each(['deployments', 'services', 'serviceaccounts', 'secrets'])('let the controller make, follow and remove %s', (resource) => {
    expect(may(resource)).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
  });

  it('let it replace nothing as a whole, start no pods and give nobody permissions', () => {
    const all = managed.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    for (const word of ['*', 'update', 'deletecollection', 'pods', 'rbac.authorization.k8s.io', 'escalate', 'bind'])
      expect(all).not.toContain(word);
  });
});
