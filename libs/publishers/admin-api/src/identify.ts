import type { AdminClient } from './admin-client.ts';

/** What answers at an Admin API. */
export interface Identity {
  readonly kind: 'gibbon' | 'kong';
  /** Kong's version that it is or behaves as, e.g. `3.9.1`. */
  readonly version: string;
  /** As the target calls it. */
  readonly routerFlavor: string;
}

/**
 * Asks a target what it is. A Gibbon has a field that a Kong has not.
 * @throws TargetError when it is neither, or a Kong with a database: that would not take a whole configuration.
 */
export async function identify(client: AdminClient): Promise<Identity> {
  const answer = await client.get('/');
  const { version, gibbon, configuration } = answer.body as {
    readonly version?: unknown;
    readonly gibbon?: unknown;
    readonly configuration?: { readonly database?: unknown; readonly router_flavor?: unknown };
  };
  if (answer.status !== 200 || typeof version !== 'string') throw client.refused(answer, 'GET /, which should be that of an Admin API,');
  const database = configuration?.database ?? 'off';
  if (database !== 'off' && database !== '')
    throw client.refused(
      {
        ...answer,
        body: { message: `it has the database ${String(database)}; only Kong without a database takes a configuration as a whole` },
      },
      'GET /',
    );
  return {
    kind: gibbon === undefined ? 'kong' : 'gibbon',
    version,
    routerFlavor: String(configuration?.router_flavor ?? 'traditional_compatible'),
  };
}
