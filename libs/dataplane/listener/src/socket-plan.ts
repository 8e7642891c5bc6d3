import type { Listener } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import { formatHostPort } from '@gibbon/net';
import type { ListeningAddress } from './thread.ts';

/** A socket that listener entities ask for. */
export interface WantedSocket extends ListeningAddress {
  /** The entities; never empty. */
  readonly owners: readonly [Listener, ...Listener[]];
}

/** What listener entities come to. */
export interface SocketPlan {
  /** Sockets to have open besides the fixed ones, by address. */
  readonly wanted: ReadonlyMap<string, WantedSocket>;
  /** Entities that contradict others, or the fixed sockets. */
  readonly rejected: readonly Rejection[];
}

const ANY_IPV4 = '0.0.0.0';
const ANY_IPV6 = '::';

/** Whether a socket on `host` takes the connections to `address`; sockets on `::` do not take those of IPv4. */
export function covers(host: string, address: string): boolean {
  return host === address || host === (address.includes(':') ? ANY_IPV6 : ANY_IPV4);
}

/**
 * Works out which sockets there are to be. Several entities may want the same one. Of those that want one port for
 * different protocols the one whose socket is open keeps it, else the first.
 * @param fixed sockets that are always open.
 * @param isOpen whether just this socket is open now because of listener entities.
 */
export function planSockets(
  listeners: Iterable<Listener>,
  fixed: readonly ListeningAddress[],
  isOpen: (socket: ListeningAddress) => boolean,
): SocketPlan {
  const wanted = new Map<string, { host: string; port: number; ssl: boolean; owners: [Listener, ...Listener[]] }>();
  const rejected: Rejection[] = [];
  const reject = ({ id }: Listener, message: string): void => void rejected.push({ type: 'listeners', id, field: 'port', message });
  const all = [...listeners].map((listener) => ({ listener, socket: socketOf(listener) }));
  for (const { listener, socket } of [...all.filter((one) => isOpen(one.socket)), ...all.filter((one) => !isOpen(one.socket))]) {
    const { host, port, ssl } = socket;
    const always = fixed.find((one) => one.port === port && covers(one.host, host));
    const claim = wanted.get(formatHostPort(host, port));
    if (always !== undefined) {
      if (always.ssl !== ssl) reject(listener, `port ${port} is open for ${protocolOf(always)} already, by the proxy's settings`);
    } else if (claim === undefined) wanted.set(formatHostPort(host, port), { ...socket, owners: [listener] });
    else if (claim.ssl === ssl) claim.owners.push(listener);
    else reject(listener, `port ${port} is open for ${protocolOf(claim)} already, by listener '${claim.owners[0].name}'`);
  }
  return { wanted, rejected };
}

function socketOf({ host, port, protocol }: Listener): ListeningAddress {
  return { host, port, ssl: protocol === 'https' };
}

function protocolOf({ ssl }: ListeningAddress): string {
  return ssl ? 'https' : 'http';
}
