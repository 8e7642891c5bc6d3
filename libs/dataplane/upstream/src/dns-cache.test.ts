import { FakeClock } from '@gibbon/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { DnsCache } from './dns-cache.ts';
import { parseHosts, SystemDns } from './dns-client.ts';
import { ScriptedDns } from './testing/modules.ts';

let clock: FakeClock;
let dns: ScriptedDns;
let cache: DnsCache;

beforeEach(() => {
  clock = new FakeClock();
  dns = new ScriptedDns();
  cache = new DnsCache(dns, clock);
});

describe('resolve', () => {
  it('gives addresses back at once, without asking', () => {
    expect([cache.resolve('10.0.0.1'), cache.resolve('::1')]).toEqual(['10.0.0.1', '::1']);
    expect(dns.asked).toEqual([]);
  });

  it('asks once for everybody, then answers at once and in turn', async () => {
    dns.answers.set('a.test', { addresses: ['10.0.0.1', '10.0.0.2'] });
    const first = await Promise.all([cache.resolve('a.test'), cache.resolve('a.test')]);
    expect(new Set(first)).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
    expect(new Set([cache.resolve('a.test'), cache.resolve('a.test')])).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
    expect(dns.asked).toEqual(['a.test']);
  });

  it('uses the old answer while a new one comes, and for an hour when none comes', async () => {
    dns.answers.set('a.test', { addresses: ['10.0.0.1'], ttlMs: 5000 });
    await cache.resolve('a.test');
    clock.advance(5000);
    dns.answers.set('a.test', { addresses: ['10.0.0.2'], ttlMs: 5000 });
    expect(cache.resolve('a.test')).toBe('10.0.0.1');
    await cache.settled();
    expect(cache.resolve('a.test')).toBe('10.0.0.2');
    dns.answers.set('a.test', null);
    clock.advance(5000);
    expect(cache.resolve('a.test')).toBe('10.0.0.2');
    await cache.settled();
    clock.advance(3_599_999);
    expect(cache.resolve('a.test')).toBe('10.0.0.2');
    await cache.settled();
    clock.advance(1);
    await expect(cache.resolve('a.test')).rejects.toMatchObject({ code: 'GW_DNS_FAILED' });
  });

  it('remembers for a while that a name does not exist, then asks again', async () => {
    await expect(cache.resolve('a.test')).rejects.toMatchObject({
      code: 'GW_DNS_FAILED',
      status: 503,
      message: 'a.test could not be resolved: ENOTFOUND',
    });
    await expect(cache.resolve('a.test')).rejects.toMatchObject({ code: 'GW_DNS_FAILED' });
    expect(dns.asked).toHaveLength(1);
    dns.answers.set('a.test', { addresses: ['10.0.0.1'] });
    clock.advance(30_000);
    expect(await cache.resolve('a.test')).toBe('10.0.0.1');
  });
});

describe('watch', () => {
  it('asks again when the answer expires, and tells when it differs', async () => {
    let told = 0;
    dns.answers.set('a.test', { addresses: ['10.0.0.1'], ttlMs: 2000 });
    const watch = cache.watch('a.test', () => told++);
    expect(told).toBe(0);
    await cache.settled();
    expect([told, cache.peek('a.test').answer?.addresses]).toEqual([1, ['10.0.0.1']]);
    await clock.advanceAsync(2000);
    expect([told, dns.asked.length]).toEqual([1, 2]);
    dns.answers.set('a.test', { addresses: ['10.0.0.1', '10.0.0.2'], ttlMs: 2000 });
    await clock.advanceAsync(2000);
    expect(told).toBe(2);
    await watch.dispose();
    expect(clock.pending).toBe(0);
  });

  it('tells of the first failure, and goes on trying', async () => {
    let told = 0;
    const watch = cache.watch('a.test', () => told++);
    await cache.settled();
    expect([told, cache.peek('a.test').error?.code]).toEqual([1, 'GW_DNS_FAILED']);
    await clock.advanceAsync(30_000);
    expect([told, dns.asked.length]).toEqual([1, 2]);
    dns.answers.set('a.test', { addresses: ['10.0.0.1'] });
    await clock.advanceAsync(30_000);
    expect([told, cache.peek('a.test').error]).toEqual([2, null]);
    await watch.dispose();
  });

  it('ends with the cache', async () => {
    cache.watch('a.test', () => undefined);
    await cache.settled();
    cache.dispose();
    expect(clock.pending).toBe(0);
  });
});

describe('the system', () => {
  it('reads hosts files', () => {
    const text = '# c\n127.0.0.1\tlocalhost lb # x\n::1 localhost\n10.0.0.5 LB\nnonsense lb\nfd00::1 six\n';
    expect(parseHosts(text, 'lb')).toEqual(['127.0.0.1', '10.0.0.5']);
    expect(parseHosts(text, 'Localhost')).toEqual(['127.0.0.1']);
    expect(parseHosts(text, 'six')).toEqual(['fd00::1']);
    expect(parseHosts(text, 'c')).toEqual([]);
  });

  it('knows localhost', async () => {
    const answer = await new SystemDns().resolve('localhost');
    expect(['127.0.0.1', '::1']).toContain(answer.addresses[0]);
    expect(answer.ttlMs).toBeGreaterThan(0);
  });
});
