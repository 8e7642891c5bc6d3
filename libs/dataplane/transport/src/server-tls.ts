import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { readClientHello } from './client-hello.ts';
import type { ServerTls } from './contract.ts';

/** Carries no certificate: the handshake fails with an alert. */
let withoutCertificate: SecureContext | null = null;

/** Told when the handshake has succeeded: the TLS socket, and the server name that the client sent. */
type Secured = (socket: TLSSocket, servername: string | null) => void;

/**
 * Runs the server's side of a TLS handshake on an accepted socket. The ClientHello is read first, and the TLS socket made
 * with the context chosen for it: Node's SNICallback takes one certificate alone from a context that has two.
 * A client that fails the handshake, or takes longer than `timeoutMs`, is disconnected and nobody is told.
 * @returns gives the handshake up.
 */
export function acceptTls(raw: Socket, tls: ServerTls, timeoutMs: number, done: Secured): () => void {
  let socket: TLSSocket | null = null;
  const abandon = (): void => {
    clearTimeout(timer);
    socket?.destroy();
    raw.destroy();
  };
  const timer = setTimeout(abandon, timeoutMs).unref();
  raw.on('error', abandon);
  raw.once('end', abandon);
  readHello(raw, (servername) => {
    raw.off('end', abandon);
    const secured = startServer(raw, tls, servername);
    socket = secured;
    secured.on('error', abandon);
    secured.on('close', abandon);
    secured.once('secure', () => {
      clearTimeout(timer);
      secured.off('error', abandon);
      secured.off('close', abandon);
      done(secured, servername);
    });
  });
  return abandon;
}

/** Calls back with the server name as soon as it is known; what was read is put back. */
function readHello(raw: Socket, done: (servername: string | null) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const hello = readClientHello(bytes);
    if (hello === 'incomplete') return;
    raw.off('data', onData);
    raw.pause();
    raw.unshift(bytes);
    done(hello === 'invalid' ? null : hello.servername);
  };
  raw.on('data', onData);
}

function startServer(raw: Socket, tls: ServerTls, servername: string | null): TLSSocket {
  return new TLSSocket(raw, {
    isServer: true,
    secureContext: tls.contextFor(servername) ?? (withoutCertificate ??= createSecureContext()),
    ALPNProtocols: [...tls.alpn],
    requestCert: tls.requestCertificate ?? false,
    rejectUnauthorized: false,
  });
}
