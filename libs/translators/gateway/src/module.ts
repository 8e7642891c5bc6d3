import { SLICES_OF_SERVICE } from '@gibbon/annotations';
import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE } from '@gibbon/contracts/translator';
import { settingsFor } from '@gibbon/gateway-attachment';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import type { GatewayContext } from './context.ts';
import { translateGatewayClass } from './gateway-class.ts';
import { translateGateway } from './gateway.ts';
import { ROUTES_OF_GATEWAY } from './indexes.ts';

export const translatorGateway = defineModule({
  kind: 'translator',
  id: 'translator.gateway',
  summary: 'GatewayClasses and Gateways to statuses, listeners and SNIs.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE },
  traits: {},
  create({ deps: { settings, target } }) {
    const context: GatewayContext = {
      settings: settingsFor(target, settings),
      target,
      normalise: (type, input) => normaliseEntity(type, input),
    };
    return {
      objects: ['GatewayClass', 'Gateway'],
      derived: [],
      indexes: [ROUTES_OF_GATEWAY, SLICES_OF_SERVICE],
      translate: (unit, read) =>
        unit.kind === 'GatewayClass' ? translateGatewayClass(unit, read, context) : translateGateway(unit, read, context),
    };
  },
});
