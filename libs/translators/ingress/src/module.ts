import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE } from '@gibbon/contracts/translator';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import { WITH_DEFAULT_BACKEND } from './indexes.ts';
import { translateIngress, type IngressContext } from './ingress.ts';

export const translatorIngress = defineModule({
  kind: 'translator',
  id: 'translator.ingress',
  summary: 'Ingresses to routes.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE },
  traits: {},
  create({ deps: { settings, target } }) {
    const context: IngressContext = {
      settings,
      target,
      normalise: (type, input) => normaliseEntity(type, input, { routerFlavor: target.routerFlavor }),
    };
    return {
      objects: ['Ingress'],
      derived: [],
      indexes: [WITH_DEFAULT_BACKEND],
      translate: (unit, read) => translateIngress(unit, read, context),
    };
  },
});
