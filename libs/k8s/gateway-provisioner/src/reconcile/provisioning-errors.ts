import { GatewayError } from '@gibbon/contracts/errors';
import { rbacAdvice, type ApiError } from '@gibbon/k8s-client';
import { OWNED_RESOURCES, type OwnedKind } from '../desired/object-kinds.ts';

/** The name of an object is taken by one that is not ours: `GW_PROVISION_TAKEN`. */
export function nameIsTaken(kind: OwnedKind, namespace: string, name: string): GatewayError {
  return new GatewayError(
    'GW_PROVISION_TAKEN',
    `${kind} ${namespace}/${name} exists and is not of this Gateway; delete it, or give the Gateway another name`,
    { source: 'config' },
  );
}

/** An object of an earlier Gateway is not gone yet: `GW_PROVISION_ENDING`. */
export function isStillEnding(kind: OwnedKind, namespace: string, name: string): GatewayError {
  return new GatewayError('GW_PROVISION_ENDING', `${kind} ${namespace}/${name} is being deleted, and has to be gone first`, {
    source: 'upstream',
  });
}

/** A request for an object that failed, in words for whoever wrote the Gateway: `GW_PROVISION_REFUSED`. */
export function wasRefused(kind: OwnedKind, verb: 'get' | 'patch' | 'delete', error: ApiError): GatewayError {
  const { group, plural } = OWNED_RESOURCES[kind];
  const verbs = verb === 'patch' ? ['create', 'patch'] : [verb];
  const advice = error.code === 'GW_K8S_FORBIDDEN' && isMissingRule(error) ? `; ${rbacAdvice({ group, resource: plural, verbs })}` : '';
  return new GatewayError('GW_PROVISION_REFUSED', `${error.message}${advice}`, { source: 'upstream', cause: error });
}

/** Quotas and namespaces that are being deleted forbid things too; no rule mends these. */
function isMissingRule({ message }: ApiError): boolean {
  return message.includes(' cannot ');
}
