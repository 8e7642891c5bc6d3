import { defineModule } from '@gibbon/contracts/module';
import { schema, Type } from '@gibbon/schema';
import { ENDPOINT_SLICE } from './endpoint-slice.ts';
import { NAMESPACE } from './namespace.ts';
import { CONFIG_MAP, SECRET } from './secret.ts';
import { SERVICE } from './service.ts';

export const resourceCore = defineModule({
  kind: 'resource',
  id: 'resource.core',
  summary: 'Service, EndpointSlice, Secret, ConfigMap and Namespace.',
  config: schema(Type.Object({})),
  requires: {},
  traits: {},
  create: () => ({ kinds: [SERVICE, ENDPOINT_SLICE, SECRET, CONFIG_MAP, NAMESPACE] }),
});
