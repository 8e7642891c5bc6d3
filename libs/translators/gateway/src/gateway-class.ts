import type { OwnedList } from '@gibbon/contracts/status';
import { EMPTY_OUTPUT, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import {
  bad,
  condition,
  controllerNames,
  generationOf,
  good,
  isManagedClass,
  ownedConditions,
  statusDraft,
  type Verdict,
} from '@gibbon/gateway-attachment';
import { refOf, type GatewayClass } from '@gibbon/k8s-types';
import type { GatewayContext } from './context.ts';
import { supportedFeatures } from './features.ts';

const OWNED: readonly OwnedList[] = Object.freeze([ownedConditions(['Accepted'])]);

/** Yields the status of a GatewayClass. */
export function translateGatewayClass(unit: Unit, { settings, target }: GatewayContext): TranslationOutput {
  const gatewayClass = unit.object as GatewayClass;
  if (!controllerNames(settings).includes(gatewayClass.spec.controllerName)) return EMPTY_OUTPUT;
  const accepted = parametersVerdict(gatewayClass);
  const managed = isManagedClass(gatewayClass, settings);
  const features = supportedFeatures({ managed, target, gatewayPorts: settings.gatewayPorts });
  return {
    entities: [],
    failures: accepted.ok
      ? []
      : [{ refs: [refOf(gatewayClass)], field: 'spec.parametersRef', reason: accepted.reason, message: accepted.message }],
    statuses: [
      statusDraft(
        gatewayClass,
        {
          conditions: [condition('Accepted', accepted, generationOf(gatewayClass))],
          supportedFeatures: features.map((name) => ({ name })),
        },
        OWNED,
      ),
    ],
  };
}

function parametersVerdict({ spec: { parametersRef } }: GatewayClass): Verdict {
  if (parametersRef === undefined) return good('Accepted', 'Gateways of this class are served');
  const { group, kind, name } = parametersRef;
  return bad(
    'InvalidParameters',
    `parametersRef names ${group === '' ? 'core' : group}/${kind} "${name}", which gives this class nothing; expected no parametersRef`,
  );
}
