import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '@gibbon/contracts/errors';
import type { Clock } from '@gibbon/contracts/services';
import type { ApiAccess, ApiConnection } from './api-access.ts';
import { Connections } from './connections.ts';

/** Where the kubelet puts a Pod's credentials. @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet renews tokens long before they expire, in place. */
const TOKEN_AGE_MS = 60_000;

/** Where {@link inClusterAccess} looks. */
export interface InClusterOptions {
  readonly clock: Clock;
  /** Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default {@link SERVICE_ACCOUNT_FOLDER}. */
  readonly folder?: string;
}

/** Whether this process runs in a Pod with a service account. */
export function isInCluster(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return Boolean(environment['KUBERNETES_SERVICE_HOST']) && Boolean(environment['KUBERNETES_SERVICE_PORT']);
}

/**
 * Access with the service account of this Pod. Token and certificate authority are read again as they are renewed.
 * Done here and not by client-node, which costs 90 MB of memory to import.
 * @throws GatewayError `GW_K8S_CONFIG` outside of a Pod, or where no token is mounted.
 */
export async function inClusterAccess(options: InClusterOptions): Promise<ApiAccess> {
  const { clock, environment = process.env, folder = SERVICE_ACCOUNT_FOLDER } = options;
  if (!isInCluster(environment))
    throw configError('not in a Pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; give a kubeconfig file');
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '';
  const connections = new Connections();
  let current: { readonly connection: ApiConnection; readonly readMs: number } | null = null;
  const connect = async (): Promise<ApiConnection> => {
    if (current !== null && clock.monotonic() - current.readMs < TOKEN_AGE_MS) return current.connection;
    const [token, ca] = await Promise.all([readText(join(folder, 'token')), readText(join(folder, 'ca.crt'))]);
    const connection = { headers: { authorization: `Bearer ${token.trim()}` }, dispatcher: connections.secured({ ca }) };
    current = { connection, readMs: clock.monotonic() };
    return connection;
  };
  const namespace = await readText(join(folder, 'namespace')).then(
    (text) => text.trim(),
    () => 'default',
  );
  await connect();
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace,
    connect,
    renew: () => void (current = null),
    close: () => connections.close(),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw configError(`cannot read ${file}: is a service account token mounted into the Pod?`, error);
  }
}

function configError(message: string, cause?: unknown): GatewayError {
  return new GatewayError('GW_K8S_CONFIG', message, { source: 'config', ...(cause === undefined ? {} : { cause }) });
}
