import type { CustomResource } from '@gibbon/contracts/resource';
import { schema, Type } from '@gibbon/schema';
import { AGE, freeForm, rules } from './free-form.ts';
import { CONDITIONS_STATUS } from './status.ts';

/** How KongIngress is defined: deprecated, and only its `upstream` is left. */
export const KONG_INGRESS_DEFINITION: CustomResource = {
  shortNames: ['ki'],
  categories: ['kong-ingress-controller'],
  columns: [AGE],
  schema: schema(
    Type.Object(
      {
        upstream: Type.Optional(freeForm("Settings of a Service's upstream, in Kong's own field names. Use a KongUpstreamPolicy instead.")),
        proxy: Type.Optional(freeForm('No longer supported: annotate the Service instead.')),
        route: Type.Optional(freeForm('No longer supported: annotate the Ingress instead.')),
        status: CONDITIONS_STATUS,
      },
      rules(
        { rule: '!has(self.proxy)', message: 'proxy is no longer supported; expected annotations of the Service instead' },
        { rule: '!has(self.route)', message: 'route is no longer supported; expected annotations of the Ingress instead' },
      ),
    ),
  ),
};
