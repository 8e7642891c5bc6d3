import { isIP } from 'node:net';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Clock } from '@gibbon/contracts/services';
import type { DnsAnswer, DnsClient } from './dns-client.ts';

/** How long an expired answer goes on being used while new ones fail. Kong's `dns_stale_ttl`. */
const STALE_MS = 3_600_000;
/** How long a failure is remembered: names that do not exist, and other failures. Kong's `dns_not_found_ttl`, `dns_error_ttl`. */
const NOT_FOUND_MS = 30_000;
const ERROR_MS = 1000;
const MAX_NAMES = 10_000;

/** What watchers are told. */
export type DnsListener = () => void;

/** What the cache knows of a name. */
export class CachedName {
  readonly name: string;
  answer: DnsAnswer | null = null;
  /** Why the last resolution failed, or `null`. */
  error: GatewayError | null = null;
  /** Monotonic time after which to ask again. */
  expiresMs = 0;
  /** Monotonic time after which the answer is of no use any more. */
  staleMs = 0;
  pending: Promise<void> | null = null;
  next = 0;
  readonly listeners = new Set<DnsListener>();
  timer: Disposable | null = null;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Names and their addresses: answered at once where known, refreshed in the background when expired, stale while
 * refreshing fails. Concurrent questions for a name share one resolution. One per thread.
 */
export class DnsCache implements Disposable {
  readonly #client: DnsClient;
  readonly #clock: Clock;
  readonly #names = new Map<string, CachedName>();

  constructor(client: DnsClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * An address of a host, round robin over its records; synchronous when known.
   * Rejects with a GatewayError `GW_DNS_FAILED` (status 503).
   */
  resolve(host: string): string | Promise<string> {
    if (isIP(host) !== 0) return host;
    const entry = this.#entry(host);
    if (this.#isCurrent(entry)) return this.#pick(entry);
    return this.#refresh(entry).then(() => {
      if (this.#isUsable(entry)) return this.#pick(entry);
      throw entry.error ?? failure(host, null);
    });
  }

  /** What is known of a name now; does not ask. */
  peek(host: string): { readonly answer: DnsAnswer | null; readonly error: GatewayError | null } {
    const entry = this.#names.get(host);
    if (entry === undefined) return { answer: null, error: null };
    return { answer: this.#isUsable(entry) ? entry.answer : null, error: entry.error };
  }

  /** Resolves when every question under way has been answered, one way or the other. */
  async settled(): Promise<void> {
    await Promise.all([...this.#names.values()].map(({ pending }) => pending));
  }

  /** Keeps a name fresh, and says when its addresses or their absence changed. Never calls during this call. */
  watch(host: string, listener: DnsListener): Disposable {
    const entry = this.#entry(host);
    entry.listeners.add(listener);
    if (entry.timer === null && this.#clock.monotonic() < entry.expiresMs) this.#schedule(entry);
    else if (entry.timer === null) void this.#ask(entry);
    return {
      dispose: () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size > 0) return;
        void entry.timer?.dispose();
        entry.timer = null;
      },
    };
  }

  dispose(): void {
    for (const entry of this.#names.values()) {
      entry.listeners.clear();
      void entry.timer?.dispose();
      entry.timer = null;
    }
    this.#names.clear();
  }

  #entry(host: string): CachedName {
    let entry = this.#names.get(host);
    if (entry === undefined) {
      if (this.#names.size >= MAX_NAMES) this.#evict();
      entry = new CachedName(host);
      this.#names.set(host, entry);
    }
    return entry;
  }

  /** Forgets the oldest name that nobody watches. */
  #evict(): void {
    for (const [name, entry] of this.#names) if (entry.listeners.size === 0) return void this.#names.delete(name);
  }

  /** Whether there is an answer to use right now; an expired one is refreshed in the background. */
  #isCurrent(entry: CachedName): boolean {
    if (!this.#isUsable(entry)) return false;
    if (this.#clock.monotonic() >= entry.expiresMs) void this.#refresh(entry);
    return true;
  }

  #isUsable(entry: CachedName): boolean {
    return entry.answer !== null && this.#clock.monotonic() < entry.staleMs;
  }

  #pick(entry: CachedName): string {
    const addresses = (entry.answer as DnsAnswer).addresses;
    entry.next = (entry.next + 1) % addresses.length;
    return addresses[entry.next] as string;
  }

  #refresh(entry: CachedName): Promise<void> {
    if (entry.pending !== null) return entry.pending;
    if (entry.error !== null && this.#clock.monotonic() < entry.expiresMs) return Promise.resolve();
    return this.#ask(entry);
  }

  #ask(entry: CachedName): Promise<void> {
    entry.pending ??= this.#client.resolve(entry.name).then(
      (answer) => this.#learn(entry, answer),
      (error: unknown) => this.#fail(entry, error),
    );
    return entry.pending;
  }

  #learn(entry: CachedName, answer: DnsAnswer): void {
    const now = this.#clock.monotonic();
    const changed = entry.answer === null || !sameSet(entry.answer.addresses, answer.addresses);
    entry.pending = null;
    entry.answer = answer;
    entry.error = null;
    entry.expiresMs = now + answer.ttlMs;
    entry.staleMs = entry.expiresMs + STALE_MS;
    this.#settle(entry, changed);
  }

  #fail(entry: CachedName, error: unknown): void {
    const now = this.#clock.monotonic();
    const hadAnswer = entry.answer !== null;
    const firstFailure = entry.error === null;
    entry.pending = null;
    entry.error = failure(entry.name, error);
    entry.expiresMs = now + (codeOf(error) === 'ENOTFOUND' ? NOT_FOUND_MS : ERROR_MS);
    if (now >= entry.staleMs) entry.answer = null;
    this.#settle(entry, (hadAnswer && entry.answer === null) || (!hadAnswer && firstFailure));
  }

  #settle(entry: CachedName, changed: boolean): void {
    if (entry.listeners.size === 0) return;
    this.#schedule(entry);
    if (changed) for (const listener of entry.listeners) listener();
  }

  #schedule(entry: CachedName): void {
    void entry.timer?.dispose();
    const delay = Math.max(0, entry.expiresMs - this.#clock.monotonic());
    entry.timer = this.#clock.after(delay, () => void this.#ask(entry));
  }
}

function failure(host: string, cause: unknown): GatewayError {
  const code = codeOf(cause);
  return new GatewayError('GW_DNS_FAILED', `${host} could not be resolved${code === null ? '' : `: ${code}`}`, {
    source: 'upstream',
    status: 503,
    cause,
  });
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
