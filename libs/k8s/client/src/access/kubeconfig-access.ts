import type { RequestOptions } from 'node:https';
import { GatewayError } from '@gibbon/contracts/errors';
import type { Clock } from '@gibbon/contracts/services';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ApiAccess, ApiConnection } from './api-access.ts';
import { Connections, type TlsMaterial } from './connections.ts';

/** Credentials are asked for again after this time; exec plugins and OIDC keep their tokens themselves. */
const CREDENTIALS_AGE_MS = 30_000;

/** Which kubeconfig. */
export interface KubeconfigOptions {
  readonly clock: Clock;
  /** Path of the file; empty: `KUBECONFIG`, then `~/.kube/config`. */
  readonly file: string;
  /** Name of the context; empty: the current one. */
  readonly context: string;
}

/**
 * Access as a kubeconfig says: certificates, tokens, exec plugins, OIDC, HTTP proxies.
 * Imports client-node, which takes 0.8 s and 90 MB.
 * @throws GatewayError `GW_K8S_CONFIG` when the file cannot be read, or names no cluster.
 */
export async function kubeconfigAccess(options: KubeconfigOptions): Promise<ApiAccess> {
  const config = await load(options);
  const cluster = config.getCurrentCluster();
  const name = config.getCurrentContext();
  if (cluster === null) throw configError(`the kubeconfig has no context "${name}" with a cluster; it has: ${contextNames(config)}`);
  if (cluster.proxyUrl?.startsWith('socks') === true)
    throw configError(`the kubeconfig's cluster "${cluster.name}" is behind a SOCKS proxy, which is not supported; use an HTTP proxy`);
  const connections = new Connections();
  const { clock } = options;
  let current: { readonly connection: ApiConnection; readonly readMs: number } | null = null;
  const connect = async (): Promise<ApiConnection> => {
    if (current !== null && clock.monotonic() - current.readMs < CREDENTIALS_AGE_MS) return current.connection;
    const { headers, tls } = await credentialsOf(config);
    const connection = {
      headers,
      dispatcher: connections.secured({ ...tls, ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }) }),
    };
    current = { connection, readMs: clock.monotonic() };
    return connection;
  };
  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: config.getContextObject(name)?.namespace ?? 'default',
    connect,
    renew: () => void (current = null),
    close: () => connections.close(),
  };
}

async function load({ file, context }: KubeconfigOptions): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  try {
    if (file === '') config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    throw configError(`cannot read the kubeconfig${file === '' ? '' : ` ${file}`}`, error);
  }
  if (context !== '') config.setCurrentContext(context);
  // client-node refuses servers without TLS unless it is told that nothing is to be verified, which is so.
  config.clusters = config.clusters.map((cluster) => (cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster));
  return config;
}

async function credentialsOf(
  config: KubeConfig,
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly tls: TlsMaterial }> {
  const filled: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(filled);
  } catch (error) {
    throw configError('the credentials of the kubeconfig cannot be had', error);
  }
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = filled;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
  ) as TlsMaterial;
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(filled.headers ?? {})) headers[header.toLowerCase()] = String(value);
  if (typeof filled.auth === 'string') headers['authorization'] = `Basic ${Buffer.from(filled.auth).toString('base64')}`;
  return { headers, tls };
}

function contextNames(config: KubeConfig): string {
  return (
    config
      .getContexts()
      .map(({ name }) => name)
      .join(', ') || 'none'
  );
}

function configError(message: string, cause?: unknown): GatewayError {
  return new GatewayError('GW_K8S_CONFIG', message, { source: 'config', ...(cause === undefined ? {} : { cause }) });
}
