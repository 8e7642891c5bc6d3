import type { Logger } from '@gibbon/contracts/services';
import type { Transport } from './contract.ts';
import { createDirectTransport } from './direct-transport.ts';
import { createNetTransport } from './net-transport.ts';
import { selfTest } from './self-test.ts';

/** Which transport to use: `auto` is `direct` where its self-test passes and `net` elsewhere. */
export type TransportSetting = 'auto' | 'net' | 'direct';

/** What {@link chooseTransport} works with. */
export interface TransportChoice {
  readonly setting: TransportSetting;
  readonly log: Logger;
  /** For tests: makes the candidate. Default {@link createDirectTransport}. */
  readonly candidate?: () => Transport;
}

/**
 * Chooses the transport of a worker, once at its start. `auto` never fails: where the self-test does not pass on the
 * running Node, one log line says why and `net` takes over. `direct` is used untested, and throws
 * `GW_TRANSPORT_UNAVAILABLE` where it cannot be made.
 */
export async function chooseTransport({ setting, log, candidate = createDirectTransport }: TransportChoice): Promise<Transport> {
  if (setting === 'net') return createNetTransport();
  if (setting === 'direct') return candidate();
  try {
    const direct = candidate();
    await selfTest(direct);
    return direct;
  } catch (err) {
    log.warn({ err, node: process.version }, 'direct transport failed its self-test, using net');
    return createNetTransport();
  }
}
