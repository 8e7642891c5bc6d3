import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS } from '@gibbon/contracts/translator';
import { schema, Type } from '@gibbon/schema';
import { kongKinds } from './kinds.ts';

export const resourceKong = defineModule({
  kind: 'resource',
  id: 'resource.kong',
  summary: 'KongPlugin, KongClusterPlugin, KongConsumer, KongConsumerGroup, KongUpstreamPolicy and KongIngress.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS },
  traits: {},
  create: ({ deps }) => ({ kinds: kongKinds(deps.settings) }),
});
