import { belongsToClass, CERTIFICATE_UNIT, Draft } from '@gibbon/annotations';
import { EMPTY_OUTPUT, type Failure, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { namespaceOf, refOf, type Ingress, type Secret } from '@gibbon/k8s-types';
import { entityId } from '@gibbon/model';
import type { CertificatesContext } from './context.ts';
import { INGRESSES_OF_TLS_HOST, tlsEntries } from './indexes.ts';

/** An `tls` entry that names a host. */
interface Claim {
  readonly ingress: Ingress;
  readonly secretName: string;
}

/**
 * Yields the SNI of one host (`sni:<host>`): the Secret of the oldest Ingress that names the host owns it, so that nobody
 * takes a host away by naming it too.
 */
export function translateSni(unit: Unit, read: TrackedRead, context: CertificatesContext): TranslationOutput {
  const host = unit.id;
  const claims = claimsOf(host, read, context);
  const [owner, ...others] = claims;
  if (owner === undefined) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  const namespace = namespaceOf(owner.ingress);
  for (const claim of others) {
    if (claim.secretName === owner.secretName && namespaceOf(claim.ingress) === namespace) continue;
    draft.fail({
      refs: [refOf(claim.ingress), refOf(owner.ingress)],
      field: 'spec.tls',
      reason: 'SniConflict',
      message: `TLS host ${host} is served with Secret ${namespace}/${owner.secretName} of Ingress ${namespace}/${owner.ingress.metadata.name}, which is older; expected one Secret for a host`,
    });
  }
  const certificate = read
    .output(`${CERTIFICATE_UNIT}:${namespace}/${owner.secretName}`)
    ?.entities.find((entity) => entity.type === 'certificates');
  if (certificate === undefined) {
    draft.fail(missingCertificate(owner, host, read));
    return draft.output();
  }
  draft.add(
    'snis',
    { id: entityId('snis', host), name: host, certificate: { id: certificate.entity.id } },
    { owner: refOf(owner.ingress), locate: () => 'spec.tls' },
  );
  return draft.output();
}

function claimsOf(host: string, read: TrackedRead, { settings }: CertificatesContext): readonly Claim[] {
  return read
    .index<Ingress>(INGRESSES_OF_TLS_HOST.name, host)
    .filter((ingress) => belongsToClass(ingress, settings, read))
    .flatMap((ingress) =>
      tlsEntries(ingress)
        .filter(({ hosts }) => hosts.includes(host))
        .map(({ secretName }) => ({ ingress, secretName })),
    );
}

function missingCertificate({ ingress, secretName }: Claim, host: string, read: TrackedRead): Failure {
  const namespace = namespaceOf(ingress);
  const exists = read.get<Secret>('Secret', namespace, secretName) !== null;
  const entry = (ingress.spec?.tls ?? []).findIndex((tls) => tls.secretName === secretName && tls.hosts?.includes(host) === true);
  return {
    refs: [refOf(ingress), { kind: 'Secret', namespace, name: secretName }],
    field: `spec.tls.${entry + 1}.secretName`,
    reason: exists ? 'InvalidCertificate' : 'SecretNotFound',
    message: exists
      ? `TLS host ${host} has no certificate: what is wrong is reported on Secret ${namespace}/${secretName}`
      : `Failed to fetch the secret (${namespace}/${secretName}): it does not exist, so TLS host ${host} has no certificate`,
  };
}
