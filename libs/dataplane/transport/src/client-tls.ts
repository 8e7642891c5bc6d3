import { isIP } from 'node:net';
import { createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import type { ClientTls } from './contract.ts';

/** Different settings in use at a time; beyond that the oldest contexts are made anew. */
const MAX_CONTEXTS = 256;
/** A context parses certificates and loads authorities, milliseconds of work: kept by content, oldest first. */
const contexts = new Map<string, SecureContext>();

function contextOf({ ca, cert, key }: ClientTls): SecureContext {
  const content = JSON.stringify([ca, cert, key]);
  const known = contexts.get(content);
  if (known !== undefined) return known;
  const context = createSecureContext({
    ...(ca === null ? {} : { ca: [...ca] }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    minVersion: 'TLSv1.2',
  });
  if (contexts.size >= MAX_CONTEXTS) contexts.delete(contexts.keys().next().value as string);
  contexts.set(content, context);
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
