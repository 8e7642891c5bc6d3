import type { IncomingMessage } from 'node:http';

/**
 * Reads a body to its end.
 * @returns `null` when it is longer than allowed. The rest is then discarded as it comes, so that a client that only
 * reads once it has sent everything sees the answer instead of a reset.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
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
