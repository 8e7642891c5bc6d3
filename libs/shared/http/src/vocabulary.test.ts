import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FIELD_VALUE, HEX_VALUE, isFieldValue, isToken, TOKEN_LOWER } from './characters.ts';
import { hasToken } from './field-list.ts';
import { bracketed, hostOf, isAuthority, portOf } from './host.ts';
import { httpDate } from './http-date.ts';
import { RequestIds } from './request-id.ts';
import { messageOf, reasonOf, statusLine } from './status.ts';

test('character tables agree with the grammar', () => {
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(character);
    expect(TOKEN_LOWER[byte], character).toBe(token ? character.toLowerCase().charCodeAt(0) : 0);
    expect(FIELD_VALUE[byte]).toBe(/^[\t\x20-\x7e\x80-\xff]$/.test(character) ? 1 : 0);
    expect(HEX_VALUE[byte]).toBe(/^[0-9a-f]$/i.test(character) ? Number.parseInt(character, 16) : 255);
  }
});

test('tokens and field values', () => {
  expect(['GET', 'x-a_b', ''].map(isToken)).toEqual([true, true, false]);
  expect(['a b', 'a:', 'é', 'Ａ'].map(isToken)).toEqual([false, false, false, false]);
  expect(['', 'a b', '\xff', 'a\tb'].map(isFieldValue)).toEqual([true, true, true, true]);
  expect([' a', 'a ', 'a\r\nb', 'a\0', '\u4e2d'].map(isFieldValue)).toEqual([false, false, false, false, false]);
});

test('token lists', () => {
  expect(hasToken('keep-alive, Upgrade', 'upgrade')).toBe(true);
  expect(hasToken(' ,, TRAILERS ;q=0.5', 'trailers')).toBe(true);
  expect(hasToken('not-upgrade', 'upgrade')).toBe(false);
});

describe('authorities', () => {
  test.each([
    ['Example.com', 'example.com', null],
    ['a:80', 'a', 80],
    ['[::1]:8000', '[::1]', 8000],
    ['[::1]', '[::1]', null],
    ['a:', 'a', null],
  ])('%s', (authority, host, port) => {
    expect(isAuthority(authority)).toBe(true);
    expect(hostOf(authority)).toBe(host);
    expect(portOf(authority)).toBe(port);
  });
  test.each(['', 'a b', 'a/b', 'user@a', 'a:b', 'a:123456', '::1', '[::1', 'a,b\\', 'a?b', 'a#b'])('rejects %s', (authority) => {
    expect(isAuthority(authority)).toBe(false);
  });
  test('brackets', () => expect([bracketed('::1'), bracketed('[::1]'), bracketed('a')]).toEqual(['[::1]', '[::1]', 'a']));
});

test('status texts', () => {
  expect(statusLine(200)).toBe('HTTP/1.1 200 OK\r\n');
  expect(statusLine(599)).toBe('HTTP/1.1 599 \r\n');
  expect(statusLine(799)).toBe('HTTP/1.1 799 \r\n');
  expect([reasonOf(404), reasonOf(299)]).toEqual(['Not Found', '']);
  expect(messageOf(504)).toBe('The upstream server is timing out');
  expect(messageOf(599)).toBe('The upstream server responded with 599');
});

test('dates', () => {
  expect(httpDate(784_111_777_999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  expect(httpDate(784_111_778_000)).toBe('Sun, 06 Nov 1994 08:49:38 GMT');
});

test('request ids are distinct, well-formed, and fetched in bulk', () => {
  let calls = 0;
  const ids = new RequestIds((bytes) => {
    calls++;
    return randomBytes(bytes).toString('hex');
  });
  const made = Array.from({ length: 600 }, () => ids.next());
  expect(new Set(made).size).toBe(600);
  expect(made.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(calls).toBe(3);
});
