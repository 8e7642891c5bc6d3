import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS } from '@gibbon/contracts/translator';
import { schema, Type } from '@gibbon/schema';
import { ingressKinds } from './kinds.ts';

export const resourceIngress = defineModule({
  kind: 'resource',
  id: 'resource.ingress',
  summary: 'Ingress and IngressClass of networking.k8s.io/v1, by ingress class.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS },
  traits: {},
  create: ({ deps }) => ({ kinds: ingressKinds(deps.settings) }),
});
