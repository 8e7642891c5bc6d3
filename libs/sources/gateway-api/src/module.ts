import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS } from '@gibbon/contracts/translator';
import { schema, Type } from '@gibbon/schema';
import { gatewayKinds } from './kinds.ts';

export const resourceGatewayApi = defineModule({
  kind: 'resource',
  id: 'resource.gateway-api',
  summary: 'GatewayClass, Gateway, HTTPRoute and ReferenceGrant of gateway.networking.k8s.io, and the release of that API.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS },
  traits: {},
  create: ({ deps }) => ({ kinds: gatewayKinds(deps.settings) }),
});
