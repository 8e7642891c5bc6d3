import type { ResourceKind } from '@gibbon/contracts/resource';
import { controllerStandard } from '@gibbon/preset-controller-standard';
import { describe, expect, it } from 'vitest';
import { resourceKindsOf } from '../build-contents.ts';
import { clusterRules, NAMESPACE_RULES } from './permissions.ts';

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
    expect(NAMESPACE_RULES.flatMap(({ resources }) => resources)).toEqual(['leases']);
    expect(allows('coordination.k8s.io', 'leases', 'get')).toBe(false);
  });
});
