import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS } from '@gibbon/contracts/translator';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import type { GatewayContext } from './context.ts';
import { translateGatewayClass } from './gateway-class.ts';
import { translateGateway } from './gateway.ts';
import { ROUTES_OF_GATEWAY } from './indexes.ts';

export const translatorGateway = defineModule({
  kind: 'translator',
  id: 'translator.gateway',
  summary: 'GatewayClasses and Gateways to statuses, certificates and SNIs.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS },
  traits: {},
  create({ deps: { settings } }) {
    const context: GatewayContext = { settings, normalise: (type, input) => normaliseEntity(type, input) };
    return {
      objects: ['GatewayClass', 'Gateway'],
      derived: [],
      indexes: [ROUTES_OF_GATEWAY],
      translate: (unit, read) =>
        unit.kind === 'GatewayClass' ? translateGatewayClass(unit, context) : translateGateway(unit, read, context),
    };
  },
});
