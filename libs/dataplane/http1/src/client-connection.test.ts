import { describe, expect, test } from 'vitest';
import { GatewayError } from '@gibbon/contracts/errors';
import { RecordingClient } from './testing/recording-client.ts';

function connected(method = 'GET', upgrade = false): RecordingClient {
  const client = new RecordingClient();
  client.connection.onConnect();
  client.send(method, upgrade);
  client.events.length = 0;
  return client;
}

const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

describe('responses', () => {
  test('small ones come whole, and the connection is idle before anybody hears of it', () => {
    const client = connected();
    client.peer.deliver(WHOLE);
    expect(client).toMatchObject({ status: 200, body: 'hello', events: ['idle', 'whole'] });
  });

  test.each([
    ['by length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789', '0123456789', true],
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5;x\r\n56789\r\n0\r\nT: u\r\n\r\n', '0123456789', true],
    ['until the end', 'HTTP/1.1 200 OK\r\nX: y\r\n\r\n0123456789', '0123456789', false],
    ['from HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc', false],
    ['from HTTP/1.0 kept alive', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc', 'abc', true],
    [
      'after interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
      'x',
      true,
    ],
    ['of no length', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
    ['not modified, with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', '', true],
    ['said to be the last', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx', 'x', false],
  ])('%s, however they are cut', (_name, text, body, reusable) => {
    for (let size = 1; size < text.length + 1; size += 3) {
      const client = connected();
      client.peer.deliver(text, size);
      client.peer.finish();
      expect(client.body).toBe(body);
      expect(client.events.some((event) => event === 'whole' || event === 'end')).toBe(true);
      expect(client.events.includes('idle')).toBe(reusable);
      expect(client.failure).toBeNull();
    }
  });

  test('trailers are there at the end', () => {
    const client = connected();
    client.peer.deliver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(client.trailers).toEqual(['X-Sum', '1']);
  });

  test('to HEAD have no body though they announce one', () => {
    const client = connected('HEAD');
    client.peer.deliver('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n');
    expect(client.events).toEqual(['idle', 'whole']);
  });

  test('a paused body is held with its end and delivered later', () => {
    const client = connected();
    client.peer.deliver('HTTP/1.1 200 OK\r\n\r\nfirst ');
    client.connection.pauseBody();
    expect(client.peer.paused).toBe(true);
    client.peer.deliver('second');
    client.peer.finish();
    expect(client.body).toBe('first ');
    client.connection.resumeBody();
    expect(client.body).toBe('first second');
    expect(client.events.filter((event) => event === 'end')).toEqual(['end']);
  });
});

test('a body paused and let go within one read goes on', () => {
  const client = connected();
  client.onBodyData = (bytes, start, end) => {
    client.body += bytes.toString('latin1', start, end);
    client.connection.pauseBody();
    client.connection.resumeBody();
  };
  client.peer.deliver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n');
  expect(client.peer.paused).toBe(false);
  client.peer.deliver('1\r\nc\r\n0\r\n\r\n');
  expect(client.body).toBe('abc');
  expect(client.events.at(-1)).toBe('end');
});

describe('reuse', () => {
  test('the next exchange on the same connection', () => {
    const client = connected();
    client.peer.deliver(WHOLE);
    client.begin();
    client.send();
    client.peer.deliver(WHOLE.replace('200', '201'));
    expect(client.status).toBe(201);
    expect(client.connection.exchanges).toBe(2);
  });

  test.each([
    ['more than the response came', (client: RecordingClient) => client.peer.deliver(`${WHOLE}HTTP/1.1 200 OK\r\n\r\n`)],
    [
      'bytes came while idle',
      (client: RecordingClient) => {
        client.peer.deliver(WHOLE);
        client.peer.deliver('HTTP/1.1 408 Timeout\r\n\r\n');
      },
    ],
    [
      'the server ended it while idle',
      (client: RecordingClient) => {
        client.peer.deliver(WHOLE);
        client.peer.finish();
      },
    ],
    [
      'it rested too long',
      (client: RecordingClient) => {
        client.peer.deliver(WHOLE);
        client.connection.rest(60_000);
        client.clock.advance(61_000);
      },
    ],
  ])('not when %s', (_name, act) => {
    const client = connected();
    act(client);
    expect(client.peer.destroyed).toBe('closed');
    expect(client.events.at(-1)).toBe(client.events.includes('idle') ? 'gone' : 'whole');
    expect(client.body).toBe('hello');
    expect(client.wheel.size).toBe(0);
  });

  test('not when the response came before the request was sent', () => {
    const client = new RecordingClient();
    client.connection.onConnect();
    client.connection.sendHead('POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n', 'POST', false, false);
    client.connection.flush();
    client.peer.deliver(WHOLE);
    expect(client.body).toBe('hello');
    expect(client.peer.destroyed).toBe('closed');
  });
});

describe('failures', () => {
  test.each([
    ['no connection', 'connect', (client: RecordingClient) => client.peer.fail(new Error('refused'))],
    [
      'no connection in time',
      'connect-timeout',
      (client: RecordingClient) => client.peer.fail(new GatewayError('GW_CONNECT_TIMEOUT', 'x', { source: 'upstream' })),
    ],
  ] as const)('%s', (_name, failure, act) => {
    const client = new RecordingClient();
    act(client);
    expect(client.failure).toBe(failure);
    expect(client.events).toEqual(['gone', failure]);
  });

  test.each([
    ['closed before a response', 'closed', (client: RecordingClient) => client.peer.finish()],
    ['reset before a response', 'closed', (client: RecordingClient) => client.peer.fail(new Error('reset'))],
    [
      'closed within a head',
      'closed',
      (client: RecordingClient) => {
        client.peer.deliver('HTTP/1.1 200 OK\r\nCont');
        client.peer.finish();
      },
    ],
    [
      'closed within a body',
      'aborted',
      (client: RecordingClient) => {
        client.peer.deliver('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234');
        client.peer.finish();
      },
    ],
    [
      'closed within chunks',
      'aborted',
      (client: RecordingClient) => {
        client.peer.deliver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
        client.peer.finish();
      },
    ],
    [
      'reset within a body that ends with the connection',
      'aborted',
      (client: RecordingClient) => {
        client.peer.deliver('HTTP/1.1 200 OK\r\n\r\nhello');
        client.peer.fail(new Error('reset'));
      },
    ],
    ['silence', 'timeout', (client: RecordingClient) => client.clock.advance(11_000)],
    [
      'silence within a body',
      'timeout',
      (client: RecordingClient) => {
        client.clock.advance(9000);
        client.peer.deliver('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
        client.clock.advance(9000);
        client.peer.deliver('0');
        expect(client.failure).toBeNull();
        client.clock.advance(11_000);
      },
    ],
    ['not HTTP', 'protocol', (client: RecordingClient) => client.peer.deliver('<html>')],
    [
      'a broken chunk',
      'protocol',
      (client: RecordingClient) => client.peer.deliver('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX'),
    ],
    ['an upgrade not asked for', 'protocol', (client: RecordingClient) => client.peer.deliver('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
    [
      'interim responses without end',
      'protocol',
      (client: RecordingClient) => client.peer.deliver('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)),
    ],
  ] as const)('%s', (_name, failure, act) => {
    const client = connected();
    act(client);
    expect(client.failure).toBe(failure);
    expect(client.events.filter((event) => event === failure)).toEqual([failure]);
    expect(client.peer.destroyed).not.toBe('no');
    expect(client.wheel.size).toBe(0);
  });

  test('a server that does not read is given up after the write timeout', () => {
    const client = new RecordingClient();
    client.connection.onConnect();
    client.peer.congested = true;
    client.connection.sendHead('POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n', 'POST', false, false);
    client.connection.flush();
    expect(client.connection.blocked).toBe(true);
    client.clock.advance(19_000);
    expect(client.failure).toBeNull();
    client.clock.advance(2000);
    expect(client.failure).toBe('timeout');
  });

  test('time does not run while the request is being sent', () => {
    const client = connected();
    client.peer.deliver(WHOLE);
    client.connection.rest(5000);
    client.begin();
    client.connection.sendHead('POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n', 'POST', false, false);
    for (let second = 0; second < 60; second++) {
      client.clock.advance(1000);
      client.connection.sendText('x');
      client.connection.flush();
    }
    expect(client.failure).toBeNull();
    client.connection.sendEnd('');
    client.clock.advance(11_000);
    expect(client.failure).toBe('timeout');
  });

  test('an abandoned exchange is silent', () => {
    const client = connected();
    client.peer.deliver('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01');
    client.events.length = 0;
    client.connection.abandon();
    expect(client.events).toEqual(['gone']);
    expect(client.peer.destroyed).toBe('reset');
  });
});

test('a tunnel passes bytes both ways', () => {
  const client = connected('GET', true);
  client.peer.written = '';
  client.peer.deliver('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nearly');
  client.peer.deliver(' more');
  expect(client.tunnelled).toBe('early more');
  client.connection.sendTunnel(Buffer.from('xback'), 1, 5);
  expect(client.peer.written).toBe('back');
  client.peer.finish();
  client.peer.fail(null);
  expect(client.events).toEqual(['upgrade', 'tunnel end', 'gone', 'tunnel closed']);
});
