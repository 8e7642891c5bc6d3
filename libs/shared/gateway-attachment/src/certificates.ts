import type { TrackedRead } from '@gibbon/contracts/translator';
import { GATEWAY_GROUP, namespaceOf, type Gateway, type Listener, type Secret, type SecretObjectReference } from '@gibbon/k8s-types';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { bad, type Verdict } from './conditions.ts';
import { isPermitted } from './reference-grants.ts';

/** A Secret that holds a certificate. */
export interface CertificateSecret {
  readonly namespace: string;
  readonly name: string;
}

/** The certificates of a listener, or what is wrong with one of them. */
export interface CertificateResolution {
  readonly secrets: readonly CertificateSecret[];
  readonly problem: Verdict | null;
}

const NO_CERTIFICATES: CertificateResolution = Object.freeze({ secrets: Object.freeze([]), problem: null });

/** Resolves the certificates of a listener that terminates TLS. Whether a Secret exists is told only to who may refer to it. */
export function resolveCertificates(gateway: Gateway, { protocol, tls }: Listener, read: TrackedRead): CertificateResolution {
  if (protocol !== 'HTTPS' || tls?.mode === 'Passthrough') return NO_CERTIFICATES;
  const refs = tls?.certificateRefs ?? [];
  if (refs.length === 0)
    return { secrets: [], problem: invalid('tls.certificateRefs names no Secret; expected one of type kubernetes.io/tls') };
  const secrets: CertificateSecret[] = [];
  for (const ref of refs) {
    const namespace = ref.namespace ?? namespaceOf(gateway);
    const problem = problemOf(gateway, ref, namespace, read);
    if (problem !== null) return { secrets, problem };
    secrets.push({ namespace, name: ref.name });
  }
  return { secrets, problem: null };
}

function problemOf(gateway: Gateway, ref: SecretObjectReference, namespace: string, read: TrackedRead): Verdict | null {
  const { group = '', kind = 'Secret', name } = ref;
  const from = { group: GATEWAY_GROUP, kind: 'Gateway', namespace: namespaceOf(gateway) };
  if (!isPermitted(from, { group, kind, namespace, name }, read)) {
    return bad(
      'RefNotPermitted',
      `${kind} ${namespace}/${name} is in another namespace; expected a ReferenceGrant there from Gateway in ${from.namespace} to ${kind}`,
    );
  }
  if (group !== '' || kind !== 'Secret')
    return invalid(`${group === '' ? 'core' : group}/${kind} cannot hold a certificate; expected a Secret`);
  const secret = read.get<Secret>('Secret', namespace, name);
  if (secret === null) return invalid(`Secret ${namespace}/${name} does not exist`);
  const wrong = defectOf(secret);
  return wrong === null ? null : invalid(`Secret ${namespace}/${name} ${wrong}`);
}

function invalid(message: string): Verdict {
  return bad('InvalidCertificateRef', message);
}

const defects = new WeakMap<Secret, { readonly defect: string | null }>();

/** Parsing is remembered per object: every route of a listener asks. */
function defectOf(secret: Secret): string | null {
  const known = defects.get(secret);
  if (known !== undefined) return known.defect;
  const defect = findDefect(secret);
  defects.set(secret, { defect });
  return defect;
}

function findDefect({ data }: Secret): string | null {
  const cert = data?.['tls.crt'];
  const key = data?.['tls.key'];
  if (!cert || !key) return `has no ${cert ? 'tls.key' : 'tls.crt'}; expected a Secret of type kubernetes.io/tls`;
  try {
    const certificate = new X509Certificate(Buffer.from(cert, 'base64'));
    return certificate.checkPrivateKey(createPrivateKey(Buffer.from(key, 'base64')))
      ? null
      : 'holds a key that does not belong to its certificate';
  } catch {
    return 'holds no certificate and key in PEM; expected them in tls.crt and tls.key';
  }
}
