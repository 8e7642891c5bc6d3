import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE } from '@gibbon/contracts/translator';
import { settingsFor } from '@gibbon/gateway-attachment';
import { ANY_PLUGIN, normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import type { HttpRouteContext } from './context.ts';
import { translateHttpRoute } from './http-route.ts';
import { ROUTES_OF_MATCH } from './precedence.ts';

export const translatorHttpRoute = defineModule({
  kind: 'translator',
  id: 'translator.http-route',
  summary: 'HTTPRoutes to routes, services, plugins and statuses.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE },
  traits: {},
  create({ deps: { settings, target } }) {
    // Gibbon's router takes expressions beside classic routes, whatever Ingresses are translated to.
    const routerFlavor = target.kind === 'gibbon' ? 'expressions' : target.routerFlavor;
    const context: HttpRouteContext = {
      settings: settingsFor(target, settings),
      target,
      normalise: (type, input) => normaliseEntity(type, input, { routerFlavor, plugins: ANY_PLUGIN }),
    };
    return {
      objects: ['HTTPRoute'],
      derived: [],
      indexes: [ROUTES_OF_MATCH],
      translate: (unit, read) => translateHttpRoute(unit, read, context),
    };
  },
});
