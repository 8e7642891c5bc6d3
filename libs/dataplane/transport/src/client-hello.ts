/** What a server must know of a ClientHello before it chooses a certificate. */
export interface ClientHello {
  /** As sent; `null` when the client names no server. */
  readonly servername: string | null;
}

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
/** More than any client sends, post-quantum key shares and padding included. */
const MAX_HELLO_BYTES = 32 * 1024;
const EXTENSION_SERVER_NAME = 0;
const NAME_TYPE_HOST = 0;
/** Reads of damaged lengths land beyond the end and give this, which no check below accepts as progress. */
const OUT_OF_BOUNDS = 0xffffff;

function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? OUT_OF_BOUNDS;
}

function u16(bytes: Uint8Array, at: number): number {
  return at + 1 < bytes.length ? u8(bytes, at) * 256 + u8(bytes, at + 1) : OUT_OF_BOUNDS;
}

/**
 * Reads the server name out of the first bytes of a TLS connection.
 * @returns `incomplete` while more bytes are needed; `invalid` for what is no ClientHello: the TLS library then says so to the client.
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
 * @see https://www.rfc-editor.org/rfc/rfc6066#section-3
 */
export function readClientHello(bytes: Uint8Array): ClientHello | 'incomplete' | 'invalid' {
  const message = joinRecords(bytes);
  if (typeof message === 'string') return message;
  const end = message.length;
  // Version and random, session id, cipher suites, compression methods: skipped by their lengths.
  let at = MESSAGE_HEADER_BYTES + 2 + 32;
  at += 1 + u8(message, at);
  at += 2 + u16(message, at);
  at += 1 + u8(message, at);
  if (at > end) return 'invalid';
  if (at === end) return { servername: null };
  if (at + 2 + u16(message, at) !== end) return 'invalid';
  at += 2;
  while (at < end) {
    const length = u16(message, at + 2);
    if (at + 4 + length > end) return 'invalid';
    if (u16(message, at) === EXTENSION_SERVER_NAME) return serverName(message.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { servername: null };
}

/** The handshake message, its header included, without the record layer. */
function joinRecords(bytes: Uint8Array): Uint8Array | 'incomplete' | 'invalid' {
  const parts: Uint8Array[] = [];
  let joined = 0;
  for (let at = 0; ;) {
    if (at < bytes.length && bytes[at] !== HANDSHAKE_RECORD) return 'invalid';
    if (bytes.length - at < RECORD_HEADER_BYTES) return 'incomplete';
    const length = u16(bytes, at + 3);
    if (length === 0) return 'invalid';
    const part = bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    parts.push(part);
    joined += part.length;
    const message = parts.length === 1 ? part : Buffer.concat(parts);
    if (message.length > 0 && message[0] !== CLIENT_HELLO) return 'invalid';
    if (message.length >= MESSAGE_HEADER_BYTES) {
      const size = MESSAGE_HEADER_BYTES + u8(message, 1) * 65536 + u16(message, 2);
      if (size > MAX_HELLO_BYTES) return 'invalid';
      if (message.length >= size) return message.subarray(0, size);
    }
    at += RECORD_HEADER_BYTES + length;
    if (at > bytes.length) return 'incomplete';
    if (joined > MAX_HELLO_BYTES) return 'invalid';
  }
}

/** A list of typed names; only host names were ever defined. */
function serverName(extension: Uint8Array): ClientHello | 'invalid' {
  const length = u16(extension, 3);
  if (u16(extension, 0) + 2 !== extension.length || u8(extension, 2) !== NAME_TYPE_HOST || 5 + length > extension.length || length === 0)
    return 'invalid';
  return { servername: Buffer.from(extension.subarray(5, 5 + length)).toString('latin1') };
}
