import { describe, expect, it } from 'vitest';
import { createAddressMatcher, MATCHES_NOTHING } from './address-matcher.ts';
import { canonicalIp, expandedIp, parseCidr, unmappedIp } from './address.ts';
import { formatHostPort, parsePort, splitHostPort } from './host-port.ts';

describe('canonicalIp', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['127.1', null],
    ['0x7f.0.0.1', null],
    ['[::1]', null],
    ['example.com', null],
    ['', null],
  ])('%s is %s', (text, expected) => expect(canonicalIp(text)).toBe(expected));
});

describe('unmappedIp and expandedIp', () => {
  it('undoes the mapped form alone', () => {
    expect(['::ffff:1.2.3.4', '::ffff:1', '::1', '1.2.3.4'].map(unmappedIp)).toEqual(['1.2.3.4', '::ffff:1', '::1', '1.2.3.4']);
  });

  it('expands IPv6 alone', () => {
    expect(['::1', '1.2.3.4', 'a.example'].map(expandedIp)).toEqual(['0000:0000:0000:0000:0000:0000:0000:0001', '1.2.3.4', 'a.example']);
  });
});

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', { address: '10.0.0.0', prefix: 8, family: 4 }],
    ['10.1.2.3', { address: '10.1.2.3', prefix: 32, family: 4 }],
    ['FD00::/8', { address: 'fd00::', prefix: 8, family: 6 }],
    ['::/0', { address: '::', prefix: 0, family: 6 }],
    ['10.0.0.0/33', null],
    ['10.0.0.0/', null],
    ['10.0.0.0/-1', null],
    ['10.0.0.0/8/8', null],
    ['fe80::1%lo/64', null],
    ['host/8', null],
  ])('%s', (text, expected) => expect(parseCidr(text)).toEqual(expected));
});

describe('splitHostPort', () => {
  it.each([
    ['a.example:80', { host: 'a.example', port: 80 }],
    ['a.example', { host: 'a.example', port: null }],
    ['[::1]:443', { host: '::1', port: 443 }],
    ['[::1]', { host: '::1', port: null }],
    ['::1', { host: '::1', port: null }],
    ['', null],
    [':80', null],
    ['a:', null],
    ['a:b', null],
    ['a:99999', null],
    ['a:1:2', null],
    ['[::1', null],
    ['[a]:80', null],
    ['[::1]80', null],
    ['[::1]:', null],
  ])('%s', (text, expected) => expect(splitHostPort(text)).toEqual(expected));

  it('is undone by formatHostPort', () => {
    for (const text of ['a.example:80', 'a.example', '[::1]:443', '[::1]']) {
      const { host, port } = splitHostPort(text) as { host: string; port: number | null };
      expect(formatHostPort(host, port)).toBe(text);
    }
  });

  it('reads ports in plain decimal alone', () => {
    expect(['0', '65535', '65536', '+1', '1e3', ' 1', ''].map(parsePort)).toEqual([0, 65535, null, null, null, null, null]);
  });
});

describe('createAddressMatcher', () => {
  it('matches networks of both families, mapped addresses as IPv4', () => {
    const { matcher, problems } = createAddressMatcher(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
    expect(problems).toEqual([]);
    for (const inside of ['10.255.0.1', '192.0.2.7', 'fd12::1', '::ffff:10.0.0.1']) expect(matcher.matches(inside), inside).toBe(true);
    for (const outside of ['11.0.0.1', '192.0.2.8', 'fe80::1', '::ffff:11.0.0.1', 'unix:', ''])
      expect(matcher.matches(outside), outside).toBe(false);
  });

  it('gives the same answers when they are remembered and after forgetting', () => {
    const { matcher } = createAddressMatcher(['10.0.0.0/24']);
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 600; i++) expect(matcher.matches(`10.0.${i >> 8}.${i & 255}`)).toBe(i < 256);
    }
  });

  it('names entries that are wrong and goes on with the rest', () => {
    const { matcher, problems } = createAddressMatcher(['10.0.0.0/99', 'example.com', '127.0.0.1']);
    expect(problems).toEqual([
      expect.stringContaining("'10.0.0.0/99' is not an IP address or network"),
      expect.stringContaining("'example.com' is not an IP address or network"),
    ]);
    expect(matcher.matches('127.0.0.1')).toBe(true);
  });

  it('is the constant matcher when there is nothing to match', () => {
    expect(createAddressMatcher([]).matcher).toBe(MATCHES_NOTHING);
    expect(MATCHES_NOTHING.matches('127.0.0.1')).toBe(false);
  });
});
