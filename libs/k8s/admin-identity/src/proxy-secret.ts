import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Logger } from '@gibbon/contracts/services';
import type { ApiResource, KubeClient } from '@gibbon/k8s-client';
import type { Secret } from '@gibbon/k8s-types';
import type { AdminIdentity } from './admin-identity.ts';
import type { AdminCredentials } from './certificates.ts';

/** What {@link ensureProxySecret} needs. */
export interface ProxySecretOptions {
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly namespace: string;
  readonly name: string;
}

const SECRETS: ApiResource = { group: '', version: 'v1', plural: 'secrets' };
/** The Secret may be made, changed or deleted by others between two of our requests. */
const ATTEMPTS = 5;

/**
 * Sees to it that a Secret has credentials for the Admin API of proxies, which mount it as `tls.crt`, `tls.key` and `ca.crt`:
 * makes it, and issues them anew where the identity does not accept what is in it. Replicas may do so at once.
 * Needs the verbs `get`, `create` and `update` for Secrets in the namespace. Rejects with an ApiError.
 */
export async function ensureProxySecret(identity: AdminIdentity, options: ProxySecretOptions): Promise<void> {
  const { client, logger, namespace, name } = options;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const present = await read(options);
    if (present !== null && identity.accepts(credentialsIn(present))) return;
    const secret = secretOf(await identity.issueProxy(), { namespace, name }, present);
    try {
      await (present === null ? client.create<Secret>(SECRETS, secret) : client.update<Secret>(SECRETS, secret));
      logger.info({ ref: `${namespace}/${name}` }, 'issued a certificate for the shared proxies');
      return;
    } catch (error) {
      // Another replica was quicker: what it wrote is looked at next.
      if (!['GW_K8S_CONFLICT', 'GW_K8S_NOT_FOUND'].includes(codeOf(error) ?? '')) throw error;
    }
  }
  throw new GatewayError('GW_ADMIN_IDENTITY', `Secret ${namespace}/${name} is changed again and again`, { source: 'config' });
}

async function read({ client, namespace, name }: ProxySecretOptions): Promise<Secret | null> {
  try {
    return await client.get<Secret>(SECRETS, { namespace, name });
  } catch (error) {
    if (codeOf(error) === 'GW_K8S_NOT_FOUND') return null;
    throw error;
  }
}

function credentialsIn({ data = {} }: Secret): Pick<AdminCredentials, 'ca' | 'cert'> {
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  return { ca: text('ca.crt'), cert: text('tls.crt') };
}

function secretOf(
  { ca, cert, key }: AdminCredentials,
  place: { readonly namespace: string; readonly name: string },
  present: Secret | null,
): Secret {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const metadata = present?.metadata ?? { ...place, labels: { 'app.kubernetes.io/managed-by': 'gibbon' } };
  const data = { 'ca.crt': encode(ca), 'tls.crt': encode(cert), 'tls.key': encode(key) };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: present?.type ?? 'kubernetes.io/tls', data };
}
