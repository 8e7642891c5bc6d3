import type { KubeObject } from '@gibbon/contracts/resource';
import { KONG_PREFIX } from './annotation.ts';

/** Label of a Secret that is a consumer's credential; its value is the credential's type. */
export const CREDENTIAL_LABEL = `${KONG_PREFIX}/credential`;
/** Label `"true"` of a Secret or ConfigMap that is a certificate authority. */
export const CA_CERT_LABEL = `${KONG_PREFIX}/ca-cert`;
/** Label `"true"` of a KongClusterPlugin that applies to everything. */
export const GLOBAL_LABEL = 'global';

/** Type of the credential that a Secret holds, or `null`. */
export function credentialType(object: KubeObject): string | null {
  return object.metadata.labels?.[CREDENTIAL_LABEL] || null;
}

/** Whether a Secret or ConfigMap is a certificate authority. */
export function isCaCertificate(object: KubeObject): boolean {
  return object.metadata.labels?.[CA_CERT_LABEL] === 'true';
}

/** Whether a KongClusterPlugin applies to everything. */
export function isGlobalPlugin(object: KubeObject): boolean {
  return object.metadata.labels?.[GLOBAL_LABEL] === 'true';
}
