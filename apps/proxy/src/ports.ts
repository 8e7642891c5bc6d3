import { createServer } from 'node:net';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import { formatHostPort, type ListenDirective } from '@gibbon/net';

/**
 * Makes sure that nobody else has the addresses. Workers listen with SO_REUSEPORT, under which a second gateway of the
 * same user would share the port silently and take half of the connections; a plain bind shows that somebody is there.
 * @throws GatewayError `GW_LISTEN_IN_USE` or `GW_LISTEN_FAILED`, naming every address that cannot be had.
 */
export async function assertListenable(directives: readonly Pick<ListenDirective, 'host' | 'port'>[]): Promise<void> {
  const problems = (await Promise.all(directives.filter(({ port }) => port !== 0).map(probe))).filter((problem) => problem !== null);
  const [first] = problems;
  if (first !== undefined) throw new GatewayError(first.code, problems.map(({ message }) => message).join('; '), { source: 'config' });
}

/**
 * Makes sure that a socket of the configuration can be had.
 * @param own what the proxy's own APIs listen on, by their names.
 * @throws GatewayError as {@link assertListenable}, and where the proxy itself has the port.
 */
export async function assertSocketFree(
  address: Pick<ListenDirective, 'host' | 'port'>,
  own: Readonly<Record<string, readonly ListenDirective[]>>,
): Promise<void> {
  for (const [name, directives] of Object.entries(own)) {
    if (!directives.some(({ port }) => port === address.port)) continue;
    const message = `cannot listen on ${formatHostPort(address.host, address.port)}: the port is that of the proxy's ${name}; choose another`;
    throw new GatewayError('GW_LISTEN_IN_USE', message, { source: 'config' });
  }
  await assertListenable([address]);
}

interface ListenProblem {
  readonly code: 'GW_LISTEN_IN_USE' | 'GW_LISTEN_FAILED';
  readonly message: string;
}

function probe({ host, port }: Pick<ListenDirective, 'host' | 'port'>): Promise<ListenProblem | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(explain(error, formatHostPort(host, port))));
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => server.close(() => resolve(null)));
  });
}

function explain(error: Error, address: string): ListenProblem {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return { code: 'GW_LISTEN_IN_USE', message: `cannot listen on ${address}: another process has the port` };
    case 'EACCES':
      return {
        code: 'GW_LISTEN_FAILED',
        message: `cannot listen on ${address}: this user may not open the port; those below 1024 need a privilege`,
      };
    case 'EADDRNOTAVAIL':
      return { code: 'GW_LISTEN_FAILED', message: `cannot listen on ${address}: this machine does not have the address` };
    default:
      return { code: 'GW_LISTEN_FAILED', message: `cannot listen on ${address}: ${error.message}` };
  }
}
