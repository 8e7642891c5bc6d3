import {
  BACKEND_GROUP_UNIT,
  HTTP_ROUTES_OF_SERVICE,
  INGRESSES_OF_SERVICE,
  SERVICE_ENDPOINTS_UNIT,
  SERVICE_PORT_UNIT,
  SLICES_OF_SERVICE,
} from '@gibbon/annotations';
import { defineModule, MODULES, optional, type Modules } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, TARGET_PROFILE, type TargetProfile } from '@gibbon/contracts/translator';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import { translateBackendGroup } from './backend-group.ts';
import type { BackendsContext } from './context.ts';
import { DEFAULT_BACKENDS, RULE_BACKENDS } from './indexes.ts';
import { translateServicePort } from './kong-service.ts';
import { SERVICES_OF_POLICY, translatePolicy } from './policy-status.ts';
import { translateEndpoints } from './upstream.ts';

/** What every Kong of the open source edition balances by. */
const KONG_ALGORITHMS: readonly string[] = ['round-robin', 'consistent-hashing', 'least-connections', 'latency'];

export const translatorBackends = defineModule({
  kind: 'translator',
  id: 'translator.backends',
  summary: 'Ports of Services to Kong services, upstreams and targets.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS, target: TARGET_PROFILE, modules: optional(MODULES) },
  traits: {},
  create({ deps }) {
    const { settings, target, modules } = deps;
    const algorithms = algorithmsOf(target, modules);
    const context: BackendsContext = {
      settings,
      target,
      algorithms,
      normalise: (type, input) => normaliseEntity(type, input, { routerFlavor: target.routerFlavor, algorithms }),
    };
    return {
      objects: ['KongUpstreamPolicy'],
      derived: [SERVICE_PORT_UNIT, SERVICE_ENDPOINTS_UNIT, BACKEND_GROUP_UNIT],
      indexes: [SLICES_OF_SERVICE, DEFAULT_BACKENDS, RULE_BACKENDS, SERVICES_OF_POLICY, INGRESSES_OF_SERVICE, HTTP_ROUTES_OF_SERVICE],
      translate: (unit, read) => {
        if (unit.kind === 'KongUpstreamPolicy') return translatePolicy(unit, read, context);
        if (unit.kind === BACKEND_GROUP_UNIT) return translateBackendGroup(unit, read, context);
        return unit.kind === SERVICE_PORT_UNIT ? translateServicePort(unit, read, context) : translateEndpoints(unit, read, context);
      },
    };
  },
});

/** Balancing algorithms of the target: Kong's, or the balancers of this process. */
function algorithmsOf(target: TargetProfile, modules: Modules | null): readonly string[] {
  if (target.kind === 'kong' || modules === null) return KONG_ALGORITHMS;
  return modules.list('balancer').map(({ id }) => id.slice('balancer.'.length));
}
