import { describe, expect, test } from 'vitest';
import { FORMATS, formatHost, normaliseHost, splitUrl, type NormalisedHost } from '../index.ts';

const BAD_COOKIE =
  'contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.';
const BAD_NAME = (name: string): string =>
  `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;

test.each<[string, string, string | null]>([
  ['uuid', '0e7a237a-6645-50cc-8e6d-514947af04b9', null],
  ['uuid', '0E7A237A-6645-50CC-8E6D-514947AF04B9', null],
  ['uuid', '0e7a237a664550cc8e6d514947af04b9', 'expected a valid UUID'],
  ['regex', '^a+$', null],
  ['regex', '(', 'not a valid regex: ('],
  ['host', 'a.example', null],
  ['host', 'a.example.', null],
  ['host', 'under_score', null],
  ['host', '10.0.0.1', null],
  ['host', '::1', null],
  ['host', 'a:80', 'must not have a port'],
  ['host', 'a:99999', 'must not have a port'],
  ['host', 'a..b', 'invalid value: a..b'],
  ['host', 'a-.b', 'invalid value: a-.b'],
  ['host', '10.0.0.256', 'invalid value: 10.0.0.256'],
  ['host', '.', 'invalid value: .'],
  ['host-with-port', 'a:80', null],
  ['host-with-port', '[::1]:80', null],
  ['host-with-port', 'a:x', 'invalid port number'],
  ['host-with-port', 'ä', 'invalid hostname: ä'],
  ['host-with-port', '1.2.3', 'invalid ipv4 address: 1.2.3'],
  ['host-with-port', '1:2:g', 'invalid ipv6 address: 1:2:g'],
  ['wildcard-host', '*', null],
  ['wildcard-host', '*.a', null],
  ['wildcard-host', 'a.*', null],
  ['wildcard-host', '*.a.*', 'only one wildcard must be specified'],
  ['wildcard-host', 'a.*.b', 'wildcard must be leftmost or rightmost character'],
  ['wildcard-host', '*.a:1', 'must not have a port'],
  ['wildcard-host', '* a', 'invalid value: * a'],
  ['wildcard-host', '1.2.3.4', 'must not be an IP'],
  ['server-name', '*.a', null],
  ['server-name', '*', null],
  ['server-name', '*:8443', null],
  ['server-name', 'a.b:8443', null],
  ['server-name', 'a.b:0', 'must not have a port'],
  ['server-name', 'a.b:65536', 'must not have a port'],
  ['server-name', 'a.b:', 'must not have a port'],
  ['server-name', 'a.*.b:1', 'wildcard must be leftmost or rightmost character'],
  ['server-name', '1.2.3.4:1', 'must not be an IP'],
  ['route-host', '*.a.example', null],
  ['route-host', 'a.*:8080', null],
  ['route-host', '*', 'invalid wildcard: must be placed at leftmost or rightmost label'],
  ['route-host', '*.a b', 'invalid hostname: *.a b'],
  ['sni', 'a.example', null],
  ['sni', '::1', 'must not be an IP'],
  ['sni', 'a:1', 'must not have a port'],
  ['sni', 'a b', 'invalid value: a b'],
  ['ip', '::1', null],
  ['ip', '10.0.0.0/8', 'not an ip address: 10.0.0.0/8'],
  ['ip-or-cidr', '10.0.0.0/8', null],
  ['ip-or-cidr', 'fd00::/128', null],
  ['ip-or-cidr', '10.0.0.0/33', "invalid ip or cidr range: '10.0.0.0/33'"],
  ['ip-or-cidr', '10.0.0.0/', "invalid ip or cidr range: '10.0.0.0/'"],
  ['ip-or-cidr', 'a', "invalid ip or cidr range: 'a'"],
  ['url', 'https://a/b', null],
  ['url', '/b', 'missing host in url'],
  ['url', '//a/b', 'missing scheme in url'],
  ['url', 'http://a:x', 'could not parse url. expected scheme://host[:port][/path], got: http://a:x'],
  ['path', "/a-._~%20:@!$&'()*+,;=", null],
  ['path', 'a', 'should start with: /'],
  ['path', '/a?b', "invalid path: '/a?b' (characters outside of the reserved list of RFC 3986 found)"],
  ['path', '/a%2', "invalid url-encoded value: '%2'"],
  ['entity-name', 'a.b-c_d~é', null],
  ['entity-name', 'a/b', BAD_NAME('a/b')],
  ['tag', 'k8s-name:a b.c', null],
  ['tag', 'é', null],
  ['tag', 'a/b', "invalid tag 'a/b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"],
  ['header-name', 'X-A_1', null],
  ['header-name', 'x:', "bad header name 'x:', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
  ['cookie-name', 'sid', null],
  ['cookie-name', 'a=b', BAD_COOKIE],
  ['cookie-name', 'a\u0000', BAD_COOKIE],
  ['http-method', 'PURGE', null],
  ['http-method', 'get', 'invalid value: get'],
])('%s of %j: %j', (format, text, problem) => {
  expect(FORMATS.get(format)?.(text)).toBe(problem);
});

describe('hosts', () => {
  test.each([
    ['a.example:80', 'name', 'a.example:80'],
    ['A.Example', 'name', 'A.Example'],
    ['010.1.2.003', 'ipv4', '10.1.2.3'],
    ['10.0.0.1:08', 'ipv4', '10.0.0.1:8'],
    ['::', 'ipv6', '[0000:0000:0000:0000:0000:0000:0000:0000]'],
    ['[FE80::1]:443', 'ipv6', '[fe80:0000:0000:0000:0000:0000:0000:0001]:443'],
    ['1:2:3:4:5:6:7:8', 'ipv6', '[0001:0002:0003:0004:0005:0006:0007:0008]'],
  ])('%s is a %s', (text, type, formatted) => {
    const host = normaliseHost(text);
    expect('type' in host && [host.type, formatHost(host)]).toEqual([type, formatted]);
  });

  test('get a default port only where they have none', () => {
    const formatted = ['a', 'a:1', '::1'].map((text) => formatHost(normaliseHost(text) as NormalisedHost, 8000));
    expect(formatted).toEqual(['a:8000', 'a:1', '[0000:0000:0000:0000:0000:0000:0000:0001]:8000']);
  });

  test.each(['[::1', '[::1]x', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::12345', '[::1]:99999', ''])('%j is none', (text) => {
    expect(normaliseHost(text)).toHaveProperty('error');
  });
});

test.each([
  ['https://u:p@a.example:8443/p?q#f', { scheme: 'https', host: 'a.example', port: 8443, path: '/p' }],
  ['HTTP://[::1]:1', { scheme: 'http', host: '::1', port: 1, path: null }],
  ['a.example', { scheme: null, host: null, port: null, path: 'a.example' }],
])('the url %s', (url, parts) => {
  expect(splitUrl(url)).toEqual(parts);
});
