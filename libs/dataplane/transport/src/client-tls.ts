import { isIP } from 'node:net';
import { createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import type { ClientTls } from './contract.ts';

/** A context parses certificates and loads authorities, milliseconds of work: one per settings object. */
const contexts = new WeakMap<ClientTls, SecureContext>();

function contextOf(tls: ClientTls): SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    context = createSecureContext({
      ...(tls.ca === null ? {} : { ca: [...tls.ca] }),
      ...(tls.cert === null ? {} : { cert: tls.cert }),
      ...(tls.key === null ? {} : { key: tls.key }),
      minVersion: 'TLSv1.2',
    });
    contexts.set(tls, context);
  }
  return context;
}

/** What `tls.connect` needs. Throws when certificate, key or authorities are no valid PEM. */
export function clientTlsOptions(tls: ClientTls): ConnectionOptions {
  // RFC 6066 section 3: an address is no server name. The certificate is then checked against the address.
  const servername = tls.servername !== null && isIP(tls.servername) === 0 ? tls.servername : '';
  return {
    secureContext: contextOf(tls),
    servername,
    rejectUnauthorized: tls.verify,
    ALPNProtocols: [...tls.alpn],
  };
}
