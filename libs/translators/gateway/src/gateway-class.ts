import type { OwnedList } from '@gibbon/contracts/status';
import { EMPTY_OUTPUT, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import {
  bad,
  bundleVersion,
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

const OWNED: readonly OwnedList[] = Object.freeze([ownedConditions(['Accepted', 'SupportedVersion'])]);

/** Yields the status of a GatewayClass. */
export function translateGatewayClass(unit: Unit, read: TrackedRead, { settings, target }: GatewayContext): TranslationOutput {
  const gatewayClass = unit.object as GatewayClass;
  if (!controllerNames(settings).includes(gatewayClass.spec.controllerName)) return EMPTY_OUTPUT;
  const accepted = parametersVerdict(gatewayClass);
  const generation = generationOf(gatewayClass);
  const version = versionVerdict(bundleVersion(read));
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
          conditions: [
            condition('Accepted', accepted, generation),
            ...(version === null ? [] : [condition('SupportedVersion', version, generation)]),
          ],
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

/**
 * Whether the cluster's release of the Gateway API is one that is understood; others are served as far as they are alike.
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1364/
 */
function versionVerdict(version: string | null): Verdict | null {
  if (version === null) return null;
  return SUPPORTED_VERSION.test(version)
    ? good('SupportedVersion', `release ${version} of the Gateway API is supported`)
    : bad('UnsupportedVersion', `release ${version} of the Gateway API is not known and is served as far as it is like v1; expected v1.*`);
}

const SUPPORTED_VERSION = /^v1\.\d/;
