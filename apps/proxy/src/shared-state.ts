import { randomBytes } from 'node:crypto';
import { allocateCounters } from '@gibbon/dataplane-runtime';
import { selfSignedCertificate, type TlsIdentity } from '@gibbon/dataplane-tls';
import { HealthTable } from '@gibbon/dataplane-upstream';
import type { ProxyOptions } from './options.ts';

/** What all threads of a proxy share: plain data and shared memory, so that it can be handed to workers. */
export interface SharedState {
  readonly options: ProxyOptions;
  readonly counters: SharedArrayBuffer;
  readonly health: SharedArrayBuffer;
  /** Certificate for server names that no configuration knows. */
  readonly identity: TlsIdentity;
  /** 48 bytes, so that TLS sessions resume in any thread. */
  readonly ticketKeys: Uint8Array;
}

/** Makes the state of one proxy. */
export function createSharedState(options: ProxyOptions): SharedState {
  return {
    options,
    counters: allocateCounters(),
    health: HealthTable.allocate(),
    identity: selfSignedCertificate(),
    ticketKeys: new Uint8Array(randomBytes(48)),
  };
}
