import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import { formatHostPort } from '@gibbon/net';

/** Turns what `listen` failed with into the error that names the address and what to do about it. */
export function listenError(host: string, port: number, cause: unknown): GatewayError {
  const address = formatHostPort(host, port);
  const code = codeOf(cause);
  const options = { source: 'config', cause } as const;
  if (code === 'EADDRINUSE') {
    return new GatewayError(
      'GW_LISTEN_IN_USE',
      `cannot listen on ${address}: another process or listener uses it; choose another port or stop the other`,
      options,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new GatewayError(
      'GW_LISTEN_DENIED',
      `cannot listen on ${address}: permission denied; ports below 1024 need root or CAP_NET_BIND_SERVICE`,
      options,
    );
  }
  const reason = code === 'EADDRNOTAVAIL' ? 'no interface of this machine has that address' : (code ?? String(cause));
  return new GatewayError('GW_LISTEN_FAILED', `cannot listen on ${address}: ${reason}`, options);
}
