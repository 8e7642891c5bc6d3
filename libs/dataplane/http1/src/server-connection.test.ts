import { describe, expect, test } from 'vitest';
import { Problem, problemText } from './problems.ts';
import { RecordingServer } from './testing/recording-server.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n';
const REPLY = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok';
const REPLY_AND_CLOSE = REPLY.replace('keep-alive', 'close');

function post(body: string, extra = ''): string {
  return `POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n${extra}\r\n${body}`;
}

function chunked(...pieces: string[]): string {
  const body = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');
  return `POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`;
}

describe('requests', () => {
  test('arrive one after the other however the bytes are cut', () => {
    const text = GET + post('hello') + chunked('abc', 'def') + '\r\n' + GET.replace('/a', '/b?c');
    for (const size of [1, 2, 3, 5, 17, 60, 1000]) {
      const server = new RecordingServer({ auto: true });
      server.peer.deliver(text, size);
      expect(server.requests.map(({ method, target, body, complete }) => [method, target, body, complete])).toEqual([
        ['GET', '/a', '', true],
        ['POST', '/p', 'hello', true],
        ['POST', '/c', 'abcdef', true],
        ['GET', '/b?c', '', true],
      ]);
      expect(server.peer.written).toBe(REPLY.repeat(4));
      expect(server.refused).toBeNull();
    }
  });

  test('are not read ahead of a response: pipelined ones wait, and TCP pushes back', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET + post('one') + GET);
    expect(server.requests.length).toBe(1);
    expect(server.peer.paused).toBe(true);
    server.reply();
    expect(server.requests.length).toBe(2);
    server.reply();
    server.reply();
    expect(server.requests.map(({ target, body }) => target + body)).toEqual(['/a', '/pone', '/a']);
    expect(server.peer.paused).toBe(false);
  });

  test('with trailers', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(server.last).toMatchObject({ body: 'x', complete: true, trailers: ['X-Sum', '1'] });
  });

  test('large bodies stream in pieces and are counted', () => {
    const server = new RecordingServer({ auto: false });
    const body = 'x'.repeat(100_000);
    const text = post(body);
    server.peer.deliver(text, 4096);
    expect(server.last.body).toBe(body);
    expect(server.last.complete).toBe(true);
    expect(server.connection.bytesIn).toBe(text.length);
    expect(server.events.filter((event) => event === 'flush').length).toBeGreaterThan(20);
  });

  test('a paused body is held, pushes back, and goes on where it was', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(post('x'.repeat(20_000)).slice(0, 200));
    const before = server.last.body.length;
    server.connection.pauseBody();
    expect(server.peer.paused).toBe(true);
    server.peer.deliver('y'.repeat(1000));
    expect(server.last.body.length).toBe(before);
    server.connection.resumeBody();
    expect(server.last.body.length).toBe(before + 1000);
    expect(server.peer.paused).toBe(false);
  });
});

describe('refusals', () => {
  test('answer and close; nothing after them is read', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(`${GET}GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${GET}`);
    expect(server.requests.length).toBe(1);
    expect(problemText(server.refused ?? 0)).toBe(problemText(Problem.hostRepeated));
    expect(server.peer.written.endsWith('Connection: close\r\n\r\n')).toBe(true);
    expect(server.peer.ended).toBe(true);
    server.peer.deliver(GET);
    expect(server.requests.length).toBe(1);
    server.clock.advance(6000);
    expect(server.peer.destroyed).toBe('closed');
  });

  test('a malformed body ends the request in progress', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy');
    expect(server.refused).toBe(Problem.chunkEnd);
    expect(server.peer.destroyed).toBe('reset');
  });

  test('a head that never ends is refused at the limit, a line that never ends earlier', () => {
    const long = new RecordingServer({ auto: true });
    long.peer.deliver(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(10_000)}`, 1000);
    expect(long.refused).toBe(Problem.tooManyFields);
    const line = new RecordingServer({ auto: true });
    line.peer.deliver(`GET /${'a'.repeat(40_000)}`, 1000);
    expect(line.refused).toBe(Problem.targetTooLong);
  });
});

describe('keep-alive', () => {
  test.each([
    ['GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', true],
    ['GET / HTTP/1.0\r\n\r\n', true],
    ['GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', false],
    ['GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Close\r\n\r\n', true],
  ])('%j', (text, closes) => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(text);
    expect(server.peer.written).toBe(closes ? REPLY_AND_CLOSE : REPLY);
    expect(server.peer.ended).toBe(closes);
  });

  test('ends with the last request allowed', () => {
    const server = new RecordingServer({ auto: true, settings: { maxRequests: 2 } });
    server.peer.deliver(GET.repeat(3));
    expect(server.peer.written).toBe(REPLY + REPLY_AND_CLOSE);
  });

  test('survives an answer before the end of a short body, whose rest is dropped', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(post('x'.repeat(20_000)).slice(0, 500));
    server.reply();
    expect(server.peer.written).toBe(REPLY);
    server.peer.deliver('x'.repeat(20_000 - (500 - post('x'.repeat(20_000)).indexOf('\r\n\r\n') - 4)) + GET);
    expect(server.requests.length).toBe(2);
    expect(server.last.target).toBe('/a');
  });

  test.each([
    ['a chunked body', chunked('abc', 'def').slice(0, -8)],
    ['a long body', post('x'.repeat(300_000)).slice(0, 300)],
    ['a body not asked for', post('x', 'Expect: 100-continue\r\n').slice(0, -1)],
  ])('does not survive an answer before the end of %s', (_name, text) => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(text);
    server.reply();
    expect(server.peer.written).toBe(REPLY_AND_CLOSE);
    expect(server.peer.ended).toBe(true);
  });
});

describe('responses', () => {
  test('of unknown length are chunked, for HTTP/1.0 end with the connection', () => {
    for (const version of ['1.1', '1.0']) {
      const server = new RecordingServer({ auto: false });
      server.peer.deliver(`GET / HTTP/${version}\r\nHost: h\r\nConnection: keep-alive\r\n\r\n`);
      server.connection.sendHead('HTTP/1.1 200 OK\r\n', true, false);
      server.connection.sendText('hello');
      server.connection.sendData(Buffer.from('--world--'), 2, 7);
      server.connection.sendEnd('X-Sum: 1\r\n');
      server.connection.done();
      expect(server.peer.written).toBe(
        version === '1.1'
          ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\nX-Sum: 1\r\n\r\n'
          : 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloworld',
      );
      expect(server.peer.writes).toBe(1);
    }
  });

  test('to HEAD have no body whatever is sent', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver('HEAD / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(server.peer.written).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n');
  });

  test('large pieces are framed right between small ones', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.connection.sendHead('HTTP/1.1 200 OK\r\n', true, false);
    const large = Buffer.alloc(20_000, 'L');
    server.connection.sendData(large, 0, large.length);
    server.connection.sendText('s');
    server.connection.sendData(large, 1, 19_999);
    server.connection.sendEnd('');
    const body = server.peer.written.slice(server.peer.written.indexOf('\r\n\r\n') + 4);
    expect(body).toBe(`4e20\r\n${'L'.repeat(20_000)}\r\n1\r\ns\r\n4e1e\r\n${'L'.repeat(19_998)}\r\n0\r\n\r\n`);
    expect(server.connection.bytesOut).toBe(server.peer.written.length);
  });

  test('wait for a client that does not read', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.peer.congested = true;
    server.connection.sendHead('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n', true, true);
    server.connection.flush();
    expect(server.connection.blocked).toBe(true);
    server.peer.drain();
    expect(server.connection.blocked).toBe(false);
    expect(server.events).toEqual(['writable']);
  });

  test('100 Continue is sent once, only to those who wait', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(post('hello', 'Expect: 100-Continue\r\n').slice(0, -5));
    server.connection.sendContinue();
    server.connection.sendContinue();
    expect(server.peer.written).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    server.peer.deliver('hello');
    expect(server.last).toMatchObject({ body: 'hello', complete: true });
    server.reply();
    expect(server.peer.written.endsWith(REPLY)).toBe(true);
  });
});

describe('timeouts', () => {
  test.each([
    ['an idle connection ends quietly', { text: '', before: 74_000, outcome: 'ended', written: '' }],
    ['half a head is answered', { text: 'GET / HT', before: 59_000, outcome: 'ended', written: 'HTTP/1.1 400' }],
    ['half a body fails the request', { text: post('hello').slice(0, -2), before: 29_000, outcome: 'destroyed', written: '' }],
  ])('%s', (_name, { text, before, outcome, written }) => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(text);
    server.clock.advance(before);
    expect([server.peer.ended, server.peer.destroyed]).toEqual([false, 'no']);
    server.clock.advance(2000);
    expect(outcome === 'ended' ? server.peer.ended : server.peer.destroyed !== 'no').toBe(true);
    expect(server.peer.written.slice(0, 12)).toBe(written);
  });

  test('a client that does not read is cut off', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.peer.congested = true;
    server.connection.sendHead('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n', true, true);
    server.connection.flush();
    server.clock.advance(39_000);
    expect(server.peer.destroyed).toBe('no');
    server.clock.advance(2000);
    expect(server.peer.destroyed).toBe('closed');
    expect(server.events).toEqual(['abort', 'closed']);
  });

  test("a slow upstream is not the client's fault", () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.clock.advance(500_000);
    expect(server.peer.destroyed).toBe('no');
    server.reply();
    expect(server.peer.written).toBe(REPLY);
  });
});

describe('the last response', () => {
  test('to a slow client is not cut off by the time for lingering', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver('GET / HTTP/1.0\r\n\r\n');
    server.peer.congested = true;
    server.reply();
    expect(server.peer.ended).toBe(true);
    server.clock.advance(20_000);
    server.peer.finish();
    expect(server.peer.destroyed).toBe('no');
    server.peer.drain();
    server.clock.advance(4000);
    expect(server.peer.destroyed).toBe('no');
    server.clock.advance(2000);
    expect(server.peer.destroyed).toBe('closed');
  });
});

describe('the client leaves', () => {
  test('while it waits: aborted once', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.peer.finish();
    expect(server.events).toEqual(['abort', 'closed']);
    expect(server.wheel.size).toBe(0);
  });

  test('its side only, where that is allowed: the answer still comes', () => {
    const server = new RecordingServer({ auto: false, settings: { ignoreClientAbort: true } });
    server.peer.deliver(GET);
    server.peer.finish();
    server.reply();
    expect(server.peer.written).toBe(REPLY_AND_CLOSE);
    expect(server.peer.ended).toBe(true);
  });

  test('between requests: nothing to abort', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(GET);
    server.peer.finish();
    expect(server.events).toEqual(['closed']);
  });
});

describe('draining', () => {
  test('closes an idle connection at once', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(GET);
    server.clock.advance(1100);
    server.connection.drain();
    expect(server.peer.ended).toBe(true);
  });

  test('answers the next request of a client that is about to send one, and says that it was the last', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.reply();
    const before = server.peer.written.length;
    server.clock.advance(100);
    server.connection.drain();
    server.clock.advance(300);
    expect(server.peer.ended).toBe(false);
    server.peer.deliver(GET);
    server.reply();
    expect([server.peer.written.slice(before), server.peer.ended]).toEqual([REPLY_AND_CLOSE, true]);
  });

  test('waits for that half a second', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(GET);
    server.connection.drain();
    server.clock.advance(400);
    expect(server.peer.ended).toBe(false);
    server.clock.advance(300);
    expect(server.peer.ended).toBe(true);
    server.clock.advance(500);
    expect([server.peer.destroyed, server.wheel.size]).toEqual(['closed', 0]);
  });

  test('does not wait long for an idle client that keeps its side open', () => {
    const server = new RecordingServer({ auto: true });
    server.connection.drain();
    server.clock.advance(1000);
    expect(server.peer.destroyed).toBe('closed');
  });

  test.each([
    ['alone', ''],
    ['behind a request', GET],
  ])('waits a moment for the rest of a head that comes %s, not for its whole time', (_, before) => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(`${before}GET / HT`);
    server.connection.drain();
    if (before !== '') server.reply();
    server.clock.advance(500);
    expect(server.peer.ended).toBe(before !== '');
    server.clock.advance(1500);
    expect(server.peer.ended).toBe(true);
    server.clock.advance(2000);
    expect([server.peer.destroyed, server.wheel.size]).toEqual(['closed', 0]);
  });

  test('serves a head that becomes complete meanwhile, and closes then', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET.slice(0, 8));
    server.connection.drain();
    server.peer.deliver(GET.slice(8));
    server.clock.advance(5000);
    server.reply();
    expect(server.peer.written).toBe(REPLY_AND_CLOSE);
    // The client keeps its side open.
    server.clock.advance(2000);
    expect(server.peer.destroyed).toBe('closed');
  });

  test('ends soon what was closing already', () => {
    const server = new RecordingServer({ auto: true });
    server.peer.deliver(GET.replace('HTTP/1.1', 'HTTP/1.0'));
    expect([server.peer.ended, server.peer.destroyed]).toEqual([true, 'no']);
    server.connection.drain();
    server.clock.advance(2000);
    expect(server.peer.destroyed).toBe('closed');
  });

  test('closes after the response in progress', () => {
    const server = new RecordingServer({ auto: false });
    server.peer.deliver(GET);
    server.connection.drain();
    expect(server.peer.ended).toBe(false);
    server.reply();
    expect(server.peer.written).toBe(REPLY_AND_CLOSE);
    expect(server.peer.ended).toBe(true);
  });
});

test('a tunnel passes bytes both ways, those that came early too', () => {
  const server = new RecordingServer({ auto: false });
  server.peer.deliver('GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly');
  server.connection.startTunnel('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n');
  expect(server.tunnelled).toBe('early');
  server.peer.deliver(' bytes');
  expect(server.tunnelled).toBe('early bytes');
  expect(server.connection.sendTunnel(Buffer.from('back'), 0, 4)).toBe(true);
  expect(server.peer.written).toBe('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\nback');
  server.peer.finish();
  expect(server.events).toEqual(['tunnel end']);
});
