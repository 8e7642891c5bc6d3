import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { ServerTls } from './contract.ts';

/** Carries no certificate: a client that names no known server gets a handshake failure. */
let withoutCertificate: SecureContext | null = null;

/**
 * Runs the server's side of a TLS handshake on an accepted socket.
 * A client that fails it, or takes longer than `timeoutMs`, is disconnected and nobody is told.
 * @param done called with the socket when the handshake succeeded.
 * @returns gives the handshake up.
 */
export function acceptTls(raw: Socket, tls: ServerTls, timeoutMs: number, done: (socket: TLSSocket) => void): () => void {
  const socket = new TLSSocket(raw, {
    isServer: true,
    // Of use when the client sends no server name; replaced by SNICallback otherwise.
    secureContext: tls.contextFor(null) ?? (withoutCertificate ??= createSecureContext()),
    SNICallback: (servername, answer) => answer(null, tls.contextFor(servername) ?? undefined),
    ALPNProtocols: [...tls.alpn],
    requestCert: tls.requestCertificate ?? false,
    rejectUnauthorized: false,
  });
  const abandon = (): void => {
    clearTimeout(timer);
    socket.destroy();
    raw.destroy();
  };
  const timer = setTimeout(abandon, timeoutMs).unref();
  socket.on('error', abandon);
  socket.on('close', abandon);
  raw.on('error', abandon);
  socket.once('secure', () => {
    clearTimeout(timer);
    socket.off('error', abandon);
    socket.off('close', abandon);
    done(socket);
  });
  return abandon;
}
