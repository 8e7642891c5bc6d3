import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { codeOf } from '@gibbon/contracts/errors';

const unzip = promisify(gunzip);

/** Why a body was not read. */
export type UnreadBody = 'too-long' | 'unknown-encoding' | 'malformed';

/**
 * Reads a body and its content coding: none, or gzip (RFC 9110, section 8.4.1.3). The limit holds for what was sent and
 * for what it unpacks to.
 */
export async function readContent(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | UnreadBody> {
  const coding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (coding !== 'identity' && coding !== 'gzip' && coding !== 'x-gzip') {
    request.resume();
    return 'unknown-encoding';
  }
  const body = await readBody(request, maxBytes);
  if (body === null) return 'too-long';
  if (coding === 'identity') return body;
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'malformed';
  }
}

/**
 * Reads a body to its end.
 * @returns `null` when it is longer than allowed. The rest is then discarded as it comes, so that a client that only
 * reads once it has sent everything sees the answer instead of a reset.
 */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return Promise.resolve(null);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const keep = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off('data', keep);
      request.resume();
      resolve(null);
    };
    request.on('data', keep);
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, length)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the request was aborted')));
  });
}
