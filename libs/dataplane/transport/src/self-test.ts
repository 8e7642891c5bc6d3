import { crc32 } from 'node:zlib';
import { codeOf } from '@gibbon/contracts/errors';
import type { Connection, ConnectionHandler, Transport } from './contract.ts';

const ALL_BYTES = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
const PIECE_BYTES = 100_000;
/** Far more than the kernel buffers of a loopback connection hold. */
const MAX_PIECES = 300;

/** Notes what happens and lets the test wait for it. */
class Witness implements ConnectionHandler {
  connection!: Connection;
  readonly seen: string[] = [];
  text = '';
  bytes = 0;
  /** Order-sensitive digest of the data. */
  digest = 0;
  keepText = true;
  echo = false;
  error: Error | null = null;
  #waiting: { readonly test: () => boolean; readonly resolve: () => void } | null = null;

  onConnect(): void {
    this.#note('connect');
  }
  onData(buffer: Buffer, length: number): void {
    this.bytes += length;
    if (this.keepText) this.text += buffer.toString('latin1', 0, length);
    else this.digest = crc32(buffer.subarray(0, length), this.digest);
    if (this.echo) this.connection.write(buffer.subarray(0, length));
    this.#note('');
  }
  onDrain(): void {
    this.#note('drain');
  }
  onEnd(): void {
    this.#note('end');
  }
  onClose(error: Error | null): void {
    this.error = error;
    this.#note('close');
  }

  until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = { test, resolve };
    });
  }

  #note(what: string): void {
    if (what !== '') this.seen.push(what);
    if (this.#waiting?.test() === true) this.#waiting.resolve();
  }
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

interface Pair {
  readonly client: Witness;
  readonly server: Witness;
}

/** Text, bytes, and both together arrive, byte for byte, in order, both ways. */
async function testEcho({ client, server }: Pair): Promise<void> {
  server.echo = true;
  const expected = `${ALL_BYTES}bytes;head:body`;
  client.connection.writeLatin1(ALL_BYTES);
  client.connection.write(Buffer.from('bytes;'));
  client.connection.writeLatin1AndBytes('head:', Buffer.from('body'));
  await client.until(() => client.bytes >= expected.length);
  expectSame('echoed data', client.text, expected);
  server.echo = false;
}

/** A reader that pauses pushes back; what was not sent at once arrives although its memory was reused. */
async function testBackPressure({ client, server }: Pair): Promise<void> {
  server.keepText = false;
  server.connection.pause();
  const piece = Buffer.alloc(PIECE_BYTES);
  const start = server.bytes;
  let [pieces, digest] = [0, 0];
  for (let accepted = true; accepted; pieces++) {
    if (pieces === MAX_PIECES) throw new Error('back-pressure: writes never report that they are pending');
    piece.fill(pieces & 255);
    digest = crc32(piece, digest);
    accepted = client.connection.write(piece);
    piece.fill(0xff);
  }
  if (client.connection.pendingBytes === 0) throw new Error('back-pressure: no pending bytes after a partial write');
  expectSame('bytes read while paused', server.bytes, start);
  server.connection.resume();
  await server.until(() => server.bytes >= start + pieces * PIECE_BYTES);
  await client.until(() => client.seen.includes('drain'));
  expectSame('digest of data after back-pressure', server.digest, digest);
  expectSame('pending bytes after draining', client.connection.pendingBytes, 0);
}

/** FIN closes one direction, the second FIN the connection. */
async function testEnd({ client, server }: Pair): Promise<void> {
  client.connection.end();
  await server.until(() => server.seen.includes('end'));
  client.text = '';
  server.connection.writeLatin1('answer');
  server.connection.end();
  await Promise.all([client, server].map((side) => side.until(() => side.seen.includes('close'))));
  expectSame('data after half-close', client.text, 'answer');
  expectSame('client history', client.seen.join(), 'connect,drain,end,close');
  expectSame('server history', server.seen.join(), 'end,close');
  expectSame('error of an orderly close', client.error ?? server.error, null);
}

async function testReset({ client, server }: Pair): Promise<void> {
  client.connection.destroy(null, true);
  await Promise.all([client, server].map((side) => side.until(() => side.seen.includes('close'))));
  expectSame('error seen by the peer of a reset', codeOf(server.error), 'ECONNRESET');
}

/**
 * Proves on the loopback interface that a transport reads, writes, pushes back, half-closes and resets as the contract says.
 * Takes some milliseconds; opens and closes its own sockets. Rejects with what went wrong, or after `timeoutMs`.
 */
export async function selfTest(transport: Transport, timeoutMs = 3000): Promise<void> {
  const opened: Connection[] = [];
  let accepted: (witness: Witness) => void = () => undefined;
  const server = await transport.listen({ host: '127.0.0.1', port: 0, reusePort: false, tls: null }, (connection) => {
    const witness = new Witness();
    witness.connection = connection;
    opened.push(connection);
    accepted(witness);
    return witness;
  });
  const connectPair = async (): Promise<Pair> => {
    const client = new Witness();
    const serverSide = new Promise<Witness>((resolve) => {
      accepted = resolve;
    });
    client.connection = transport.connect({ host: '127.0.0.1', port: server.port, tls: null, timeoutMs }, client);
    opened.push(client.connection);
    await client.until(() => client.seen.length > 0);
    expectSame('connect', client.seen.join(), 'connect');
    return { client, server: await serverSide };
  };
  const run = async (): Promise<void> => {
    const pair = await connectPair();
    await testEcho(pair);
    await testBackPressure(pair);
    await testEnd(pair);
    await testReset(await connectPair());
  };
  try {
    await within(timeoutMs, run());
  } finally {
    for (const connection of opened) connection.destroy();
    await server.close();
  }
}

/** The timer keeps the process alive: a transport that does not is what the test is there to find. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
