import { expect, vi } from 'vitest';

/** Waits until something is what it should be; in hooks, too, where `expect.poll` does not work. @throws the last assertion error. */
export function eventually<T>(probe: () => Promise<T>, expected: NoInfer<T>, timeoutMs = 40_000): Promise<void> {
  return vi.waitFor(async () => expect(await probe()).toEqual(expected), { timeout: timeoutMs, interval: 100 });
}

/** Waits until there is something. */
export function appears<T>(probe: () => Promise<T | null>, timeoutMs = 40_000): Promise<T> {
  const look = async (): Promise<T> => {
    const found = await probe();
    expect(found).not.toBeNull();
    return found as T;
  };
  return vi.waitFor(look, { timeout: timeoutMs, interval: 100 });
}
