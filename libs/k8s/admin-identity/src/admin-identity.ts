import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Clock, Logger } from '@gibbon/contracts/services';
import type { ApiResource, KubeClient } from '@gibbon/k8s-client';
import type { Secret } from '@gibbon/k8s-types';
import { isGood, issueServer, type AdminCredentials } from './certificates.ts';
import { createIdentity, identityOf, secretOf, type StoredIdentity } from './identity-secret.ts';

/** What {@link AdminIdentity.open} needs. */
export interface AdminIdentityOptions {
  readonly client: KubeClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Namespace of the controller. */
  readonly namespace: string;
  readonly secretName: string;
}

const SECRETS: ApiResource = { group: '', version: 'v1', plural: 'secrets' };
/** The Secret may be made, or deleted, by others between two of our requests. */
const ATTEMPTS = 5;

/**
 * By which a controller and the proxies that it finds know each other: an authority of their own, the controller's client
 * certificate, and server certificates for proxies. Kept in one Secret, which all replicas of the controller share.
 *
 * Certificates last 20 years. To have others, delete the Secret and restart the controller: it makes new ones, and the
 * certificates of proxies that `accepts` refuses then are issued anew.
 */
export class AdminIdentity {
  /** With what the controller connects to proxies. */
  readonly client: AdminCredentials;
  readonly #stored: StoredIdentity;
  readonly #clock: Pick<Clock, 'now'>;

  private constructor(stored: StoredIdentity, clock: Pick<Clock, 'now'>) {
    this.#stored = stored;
    this.#clock = clock;
    this.client = { ca: stored.authority.cert, ...stored.controller };
  }

  /**
   * Reads the Secret, or makes it where there is none yet; of several that make it at once one wins, and all use its.
   * Needs the verbs `get` and `create` for Secrets in the namespace.
   * Rejects with an ApiError, or with `GW_ADMIN_IDENTITY` for a Secret whose contents cannot be used.
   */
  static async open(options: AdminIdentityOptions): Promise<AdminIdentity> {
    const { clock, namespace, secretName } = options;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const secret = (await read(options)) ?? (await make(options));
      if (secret === null) continue;
      const stored = identityOf(secret, clock.now());
      if (typeof stored !== 'string') return new AdminIdentity(stored, clock);
      throw refusal(`Secret ${namespace}/${secretName} cannot be used: ${stored}. Delete it, and a new one is made at the next start`);
    }
    throw refusal(`Secret ${namespace}/${secretName} is created and deleted again and again`);
  }

  /** Credentials for the Admin APIs of a plane's proxies: a new key, and a certificate for the name `adminServerName(plane)`. Takes about a millisecond. */
  issueProxy(plane: string = ''): Promise<AdminCredentials> {
    const { authority } = this.#stored;
    return Promise.resolve({ ca: authority.cert, ...issueServer(authority, this.#clock.now(), plane) });
  }

  /** Whether credentials that `issueProxy` gave once are still good: of this authority, and not about to expire. */
  accepts({ ca, cert }: Pick<AdminCredentials, 'ca' | 'cert'>): boolean {
    return ca === this.client.ca && isGood(cert, ca, this.#clock.now());
  }
}

async function read({ client, namespace, secretName }: AdminIdentityOptions): Promise<Secret | null> {
  try {
    return await client.get<Secret>(SECRETS, { namespace, name: secretName });
  } catch (error) {
    if (codeOf(error) === 'GW_K8S_NOT_FOUND') return null;
    throw error;
  }
}

/** @returns `null` when another made it first. */
async function make({ client, clock, logger, namespace, secretName }: AdminIdentityOptions): Promise<Secret | null> {
  const secret = secretOf(createIdentity(clock.now()), namespace, secretName);
  try {
    await client.create<Secret>(SECRETS, secret);
  } catch (error) {
    if (codeOf(error) === 'GW_K8S_CONFLICT') return null;
    throw error;
  }
  logger.info({ ref: `${namespace}/${secretName}` }, 'made certificates for the controller and its proxies');
  return secret;
}

function refusal(message: string): GatewayError {
  return new GatewayError('GW_ADMIN_IDENTITY', message, { source: 'config' });
}
