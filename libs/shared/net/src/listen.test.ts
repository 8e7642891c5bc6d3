import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatListen, parseListen, type ListenDirective } from './listen.ts';

const plain = { ssl: false, http2: false, proxyProtocol: false, reusePort: false, backlog: null, udp: false };

describe('parseListen', () => {
  it("reads Kong's default", () => {
    expect(parseListen('0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384')).toEqual({
      directives: [
        { ...plain, host: '0.0.0.0', port: 8000, reusePort: true, backlog: 16384 },
        { ...plain, host: '0.0.0.0', port: 8443, http2: true, ssl: true, reusePort: true, backlog: 16384 },
      ],
      problems: [],
    });
  });

  it('reads IPv6, localhost, port 0, udp, and flags without a meaning here', () => {
    expect(parseListen('[::0001]:80 proxy_protocol,localhost:0 deferred bind so_keepalive=on, 127.0.0.1:53 udp ipv6only=on')).toEqual({
      directives: [
        { ...plain, host: '::1', port: 80, proxyProtocol: true },
        { ...plain, host: '127.0.0.1', port: 0 },
        { ...plain, host: '127.0.0.1', port: 53, udp: true },
      ],
      problems: [],
    });
  });

  it('takes off alone', () => {
    expect(parseListen(' off ')).toEqual({ directives: [], problems: [] });
  });

  it.each([
    ['', 'an entry is empty'],
    ['127.0.0.1:80,', 'an entry is empty'],
    ['127.0.0.1:80, off', "'off' stands alone"],
    ['8000', "'8000': '8000' is not address:port"],
    ['127.0.0.1', "'127.0.0.1': '127.0.0.1' is not address:port"],
    ['127.0.0.1:70000', 'a port up to 65535'],
    ['::1:80', "'::1:80' is not address:port"],
    ['example.com:80', "'example.com' is not an IP address"],
    ['300.0.0.1:80', "'300.0.0.1' is not an IP address"],
    ['127.0.0.1:80 tls', "unknown flag 'tls', expected ssl, http2, proxy_protocol, reuseport, udp or backlog=NUMBER"],
    ['127.0.0.1:80 backlog=0', "'backlog=0' needs a number from 1"],
    ['127.0.0.1:80 backlog=many', "'backlog=many' needs a number"],
    ['127.0.0.1:53 udp ssl', 'udp cannot be combined'],
    ['127.0.0.1:80, 127.0.0.1:80 ssl', '127.0.0.1:80 is listed twice'],
  ])('names what is wrong with %j', (text, part) => {
    const { problems } = parseListen(text);
    expect(problems.join('\n')).toContain(part);
    expect(problems).toHaveLength(1);
  });

  it('reports all problems and keeps what is right', () => {
    const { directives, problems } = parseListen('nowhere:80, 127.0.0.1:81 quick slow, 127.0.0.1:82');
    expect(directives).toEqual([{ ...plain, host: '127.0.0.1', port: 82 }]);
    expect(problems).toHaveLength(3);
  });

  it('reads back what formatListen writes', () => {
    const directive: fc.Arbitrary<ListenDirective> = fc.record({
      host: fc.constantFrom('127.0.0.1', '::1', '0.0.0.0', '2001:db8::2'),
      port: fc.integer({ min: 0, max: 65535 }),
      ssl: fc.boolean(),
      http2: fc.boolean(),
      proxyProtocol: fc.boolean(),
      reusePort: fc.boolean(),
      backlog: fc.option(fc.integer({ min: 1, max: 65535 })),
      udp: fc.constant(false),
    });
    fc.assert(
      fc.property(directive, (one) => {
        expect(parseListen(formatListen(one))).toEqual({ directives: [one], problems: [] });
      }),
    );
  });
});
