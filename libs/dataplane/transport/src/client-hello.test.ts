import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** The first flight of Node's own client. */
async function helloOf(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', servername });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return bytes;
}

/** The same handshake message cut into records of `size` bytes. */
function refragmented(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('readClientHello', () => {
  let named: Buffer;
  let nameless: Buffer;
  beforeAll(async () => {
    [named, nameless] = [await helloOf('some.host.example'), await helloOf('')];
  });

  it("reads the name that Node's client sends, and that it sends none", () => {
    expect(readClientHello(named)).toEqual({ servername: 'some.host.example' });
    expect(readClientHello(nameless)).toEqual({ servername: null });
    expect(readClientHello(Buffer.concat([named, Buffer.from([20, 3, 3])]))).toEqual({ servername: 'some.host.example' });
  });

  it('asks for more at every prefix', () => {
    for (let length = 0; length < named.length; length++)
      expect(readClientHello(named.subarray(0, length)), `${length} bytes`).toBe('incomplete');
  });

  it.each([1, 3, 100])('joins records of %i bytes', (size) => {
    expect(readClientHello(refragmented(named, size))).toEqual({ servername: 'some.host.example' });
    expect(readClientHello(refragmented(named, size).subarray(0, -1))).toBe('incomplete');
  });

  it.each([
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['an alert', Buffer.from([21, 3, 3, 0, 2, 2, 40])],
    ['another handshake message', Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0])],
    ['an empty record', Buffer.from([22, 3, 3, 0, 0])],
    ['a message too large', Buffer.from([22, 3, 3, 64, 0, 1, 255, 0, 0])],
    ['a message of nothing', Buffer.from([22, 3, 3, 0, 4, 1, 0, 0, 0])],
  ])('refuses %s', (_, bytes) => {
    expect(readClientHello(bytes)).toBe('invalid');
  });

  it('never throws and never reads a name of damaged lengths beyond the message', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(named.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const damaged = Buffer.from(named);
        for (const [at, byte] of changes) damaged[at] = byte;
        const result = readClientHello(damaged);
        if (typeof result === 'object' && result.servername !== null) expect(damaged.includes(result.servername, 0, 'latin1')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
