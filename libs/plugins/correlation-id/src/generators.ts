import { threadId } from 'node:worker_threads';
import type { Exchange } from '@gibbon/contracts/plugin';
import type { Clock, Random } from '@gibbon/contracts/services';

/** Makes an id for a request. */
export type Generator = (exchange: Exchange) => string;

/** Names of generators, as Kong has them. */
export const GENERATOR_NAMES = ['uuid', 'uuid#counter', 'tracker'] as const;

/** What generators need. */
export interface GeneratorServices {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The generator of that name.
 * - `uuid`: a random UUID.
 * - `uuid#counter`: one UUID for this instance, and how many it has numbered.
 * - `tracker`: `<server address>-<server port>-<process>-<connection>-<request on it>-<seconds since the epoch>`.
 */
export function createGenerator(name: (typeof GENERATOR_NAMES)[number], services: GeneratorServices): Generator {
  if (name === 'uuid') return () => services.random.uuid();
  return name === 'tracker' ? trackerGenerator(services.clock) : counterGenerator(services.random);
}

function counterGenerator(random: Random): Generator {
  const prefix = `${random.uuid()}#`;
  let count = 0;
  return () => prefix + String((count += 1));
}

function trackerGenerator(clock: Clock): Generator {
  // Threads number their connections independently: the process alone would not tell them apart.
  const worker = threadId === 0 ? String(process.pid) : `${process.pid}.${threadId}`;
  let serial = 0;
  return (exchange) => {
    const connection = exchange.connectionSerial ?? (serial += 1);
    const seconds = (clock.now() / 1_000).toFixed(3);
    return `${exchange.serverAddress ?? '0.0.0.0'}-${exchange.port}-${worker}-${connection}-${exchange.connectionRequests ?? 1}-${seconds}`;
  };
}
