import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsIdentity } from './tls-identity.ts';

/**
 * Kong's `intermediate` suite, which is Mozilla's: forward secrecy and authenticated encryption alone, TLS 1.3 first.
 * @see https://wiki.mozilla.org/Security/Server_Side_TLS
 */
export const INTERMEDIATE_CIPHERS: string = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * Makes the context of a server: one identity, or two of different key types of which the client's abilities decide.
 * @param ticketKeys 48 bytes shared by all workers, so that sessions resume on any of them; `null` for keys of its own.
 */
export function serverContext(identities: readonly TlsIdentity[], ticketKeys: Buffer | null): SecureContext {
  return createSecureContext({
    cert: identities.map(({ cert }) => cert),
    key: identities.map(({ key }) => key),
    minVersion: 'TLSv1.2',
    ciphers: INTERMEDIATE_CIPHERS,
    ...(ticketKeys === null ? {} : { ticketKeys }),
  });
}
