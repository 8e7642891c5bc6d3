import { RESOURCE_KINDS } from '@gibbon/contracts/resource';
import { CLOCK } from '@gibbon/contracts/services';
import { KUBE_CLIENT, KubeClient, plainAccess } from '@gibbon/k8s-client';
import { describeSource, TestServices } from '@gibbon/testing-contract-kits';
import { KubeApi } from '@gibbon/testing-kube-api';
import { systemClock } from '@gibbon/time';
import definition from './index.ts';
import { DEFAULTS, KINDS, thing, THING } from './testing/thing-kinds.ts';

describeSource({
  name: definition.id,
  objects: [thing('a'), thing('b'), thing('c')],
  change: (object) => ({ ...object, spec: { size: 2 } }) as typeof object,
  open: async (scope, objects) => {
    const api = await KubeApi.start({ kinds: [THING] });
    scope.own(() => api.close());
    const access = plainAccess(api.url);
    scope.own(() => access.close());
    for (const object of objects) api.put(object as never);
    const deps = new TestServices([
      [RESOURCE_KINDS, KINDS],
      [CLOCK, systemClock],
      [KUBE_CLIENT, new KubeClient({ access, clock: systemClock })],
    ]).resolve(definition.requires);
    return {
      source: (scopeOfSource) => definition.create({ config: DEFAULTS, deps: deps as never, scope: scopeOfSource }),
      put: async (object) => void api.put(object as never),
      remove: async ({ kind, namespace, name }) => api.remove(kind, namespace, name),
      spoil: () => api.pause(),
      mend: () => api.resume(),
    };
  },
});
