import type { Disposable } from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import type { AdminTls } from '@gibbon/dataplane-admin-api';
import { WatchedIdentity, type IdentityFiles, type TlsIdentity } from '@gibbon/dataplane-tls';
import { systemClock } from '@gibbon/time';

/** Credentials of the node's own APIs. */
export interface ApiTls extends AdminTls, Disposable {}

/**
 * The credentials in the files of the settings, read again when they change; the node's self-signed certificate without.
 * @throws GatewayError `GW_TLS_FILES` that names what is wrong with the files.
 */
export function apiTls(files: IdentityFiles | null, fallback: TlsIdentity, log: Logger): ApiTls {
  if (files !== null) return new WatchedIdentity({ files, clock: systemClock, log });
  return { current: { ...fallback, clientCa: null }, onChange: () => {}, dispose: () => {} };
}

/** The same for probes and scrapers, which have no certificates. */
export function withoutClients(tls: AdminTls): AdminTls {
  return {
    get current() {
      return { ...tls.current, clientCa: null };
    },
    onChange: (changed) => tls.onChange((credentials) => changed({ ...credentials, clientCa: null })),
  };
}
