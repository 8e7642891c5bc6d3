import { CONFIGURATION_SINK } from '@gibbon/contracts/dataplane';
import { defineModule } from '@gibbon/contracts/module';
import { schema, Type } from '@gibbon/schema';
import { InProcessPublisher } from './in-process-publisher.ts';

export const publisherInProcess = defineModule({
  kind: 'publisher',
  id: 'publisher.in-process',
  summary: 'Hands configuration to the data plane of the same process.',
  config: schema(Type.Object({})),
  requires: { sink: CONFIGURATION_SINK },
  traits: {},
  create: ({ deps }) => new InProcessPublisher(deps.sink),
});
