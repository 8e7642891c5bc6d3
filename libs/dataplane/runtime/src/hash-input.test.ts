import { describe, expect, test } from 'vitest';
import type { Upstream } from '@gibbon/contracts/entities';
import type { Exchange } from '@gibbon/contracts/plugin';
import { hashOf } from './hash-input.ts';
import { xxhash32 } from './xxhash32.ts';

describe('xxhash32', () => {
  // Published vectors.
  test.each([
    ['', 0, 0x02cc5d05],
    ['a', 0, 0x550d7456],
    ['abc', 0, 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
    ['I want an unsigned 32-bit seed!', 0, 0xf7a35af8],
    ['I want an unsigned 32-bit seed!', 1, 0xd8d4b4ba],
  ])('%j, seed %i', (text, seed, hash) => expect(xxhash32(Buffer.from(text), seed)).toBe(hash));
});

describe('hashOf', () => {
  const added: string[] = [];
  const exchange = {
    consumer: { id: 'c' },
    credential: null,
    forwardedAddress: '9.9.9.9',
    path: '/p',
    rawQuery: 'b=2&a=x%20y&a=1&flag',
    uriCaptures: { 1: 'one', name: 'two' },
    responseHeaders: { add: (name: string, value: string) => void added.push(`${name}: ${value}`) },
    requestHeaders: { getAll: (name: string) => ({ 'x-user': ['u', 'v'], cookie: ['a=1; sid = s ', 'b=2'] })[name] ?? [] },
  } as unknown as Exchange;
  const upstream = (fields: Partial<Upstream>): Upstream => ({ hash_on: 'none', hash_fallback: 'none', ...fields }) as Upstream;

  test.each<[Partial<Upstream>, string | null]>([
    [{}, null],
    [{ hash_on: 'consumer' }, 'c'],
    [{ hash_on: 'ip' }, '9.9.9.9'],
    [{ hash_on: 'header', hash_on_header: 'X-User' }, 'u, v'],
    [{ hash_on: 'header', hash_on_header: 'X-None' }, null],
    [{ hash_on: 'header', hash_on_header: 'X-None', hash_fallback: 'ip' }, '9.9.9.9'],
    [{ hash_on: 'header', hash_on_header: 'X-None', hash_fallback: 'header', hash_fallback_header: 'X-User' }, 'u, v'],
    [{ hash_on: 'cookie', hash_on_cookie: 'sid' }, 's'],
    [{ hash_on: 'path' }, '/p'],
    [{ hash_on: 'query_arg', hash_on_query_arg: 'a' }, '1,x y'],
    [{ hash_on: 'query_arg', hash_on_query_arg: 'flag' }, 'true'],
    [{ hash_on: 'query_arg', hash_on_query_arg: 'none' }, null],
    [{ hash_on: 'uri_capture', hash_on_uri_capture: 'name' }, 'two'],
    [{ hash_on: 'uri_capture', hash_on_uri_capture: '7' }, null],
  ])('%j', (fields, value) => {
    expect(hashOf(upstream(fields), exchange, () => '')).toBe(value === null ? -1 : xxhash32(Buffer.from(value)));
  });

  test.each<[Partial<Upstream>]>([
    [{ hash_on: 'cookie', hash_on_cookie: 'sid2', hash_on_cookie_path: '/p', hash_fallback: 'ip' }],
    [{ hash_on: 'header', hash_on_header: 'X-None', hash_fallback: 'cookie', hash_on_cookie: 'sid2', hash_on_cookie_path: '/p' }],
  ])('%j: a client without the cookie gets one', (fields) => {
    added.length = 0;
    const id = 'ffffffffffffffffffffffffffffffff';
    const hash = hashOf(upstream(fields), exchange, () => id);
    const value = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    expect(added).toEqual([`Set-Cookie: sid2=${value}; Path=/p; Same-Site=Lax; HttpOnly`]);
    expect(hash).toBe(xxhash32(Buffer.from(value)));
  });
});
