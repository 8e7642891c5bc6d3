import { belongsToClass, Draft, INVALID_CONFIGURATION, objectTags } from '@gibbon/annotations';
import { EMPTY_OUTPUT, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { namespaceOf, refOf, type Secret } from '@gibbon/k8s-types';
import { entityId, isUuid } from '@gibbon/model';
import { certificatePair } from './certificate-pair.ts';
import type { CertificatesContext } from './context.ts';
import { INGRESSES_OF_TLS_SECRET, pairKey, SECRETS_OF_PAIR, SERVICES_OF_CLIENT_CERT } from './indexes.ts';

/**
 * Yields the certificate of a Secret (`certificate:<namespace>/<name>`). Secrets that hold the same certificate and key
 * all yield that of the oldest of them, so that Kong has it once.
 */
export function translateCertificate(unit: Unit, read: TrackedRead, context: CertificatesContext): TranslationOutput {
  const [namespace = '', name = ''] = unit.id.split('/');
  const secret = read.get<Secret>('Secret', namespace, name);
  // Whoever names a Secret that does not exist reports it.
  if (secret === null) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  const pair = certificatePair(secret);
  if (pair === null) {
    const missing = secret.data?.['tls.crt'] ? 'tls.key' : 'tls.crt';
    draft.fail({
      refs: [refOf(secret)],
      field: `data.${missing}`,
      reason: INVALID_CONFIGURATION,
      message: `failed to construct certificate from secret: no ${missing}; expected a Secret of type kubernetes.io/tls`,
    });
    return draft.output();
  }
  const owner = representative(secret, pairKey(pair), read, context);
  draft.add(
    'certificates',
    { id: certificateId(owner), cert: pair.cert, key: pair.key, tags: objectTags(owner) },
    {
      owner: refOf(owner),
      locate: (path) => (path === 'key' ? 'data.tls.key' : 'data.tls.crt'),
    },
  );
  return draft.output();
}

/** The uid of a Secret, as the reference controller has it; objects of a folder may have none. */
function certificateId(secret: Secret): string {
  const uid = secret.metadata.uid ?? '';
  return isUuid(uid) ? uid.toLowerCase() : entityId('certificates', `${namespaceOf(secret)}/${secret.metadata.name}`);
}

/** Of the Secrets with one certificate, among those in use, the oldest; of equally old ones that with the smallest uid. */
function representative(secret: Secret, key: string, read: TrackedRead, context: CertificatesContext): Secret {
  const equal = read.index<Secret>(SECRETS_OF_PAIR.name, key);
  if (equal.length < 2) return secret;
  let oldest = secret;
  for (const other of equal) if (isBefore(other, oldest) && isUsed(other, read, context)) oldest = other;
  return oldest;
}

function isBefore(a: Secret, b: Secret): boolean {
  const difference = createdMs(a) - createdMs(b);
  return difference < 0 || (difference === 0 && certificateId(a) < certificateId(b));
}

function createdMs({ metadata }: Secret): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function isUsed(secret: Secret, read: TrackedRead, { settings }: CertificatesContext): boolean {
  const key = `${namespaceOf(secret)}/${secret.metadata.name}`;
  return (
    read.index(INGRESSES_OF_TLS_SECRET.name, key).some((ingress) => belongsToClass(ingress, settings, read)) ||
    read.index(SERVICES_OF_CLIENT_CERT.name, key).length > 0
  );
}
