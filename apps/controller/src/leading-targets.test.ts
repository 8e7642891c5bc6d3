import type { ProxyTarget } from '@gibbon/contracts/publisher';
import type { Leadership } from '@gibbon/contracts/status';
import { describe, expect, test } from 'vitest';
import { leadingTargets } from './leading-targets.ts';

const ONE: ProxyTarget = { name: 'one', url: 'http://one' };
const TWO: ProxyTarget = { name: 'two', url: 'http://two' };

class Election implements Leadership {
  leading: boolean;
  readonly listeners = new Set<(leading: boolean) => void>();

  constructor(leading: boolean) {
    this.leading = leading;
  }

  onChange(listener: (leading: boolean) => void) {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  become(leading: boolean): void {
    this.leading = leading;
    for (const listener of this.listeners) listener(leading);
  }
}

class Found {
  readonly observers = new Set<(targets: readonly ProxyTarget[]) => void>();
  observe(changed: (targets: readonly ProxyTarget[]) => void) {
    this.observers.add(changed);
    changed([ONE]);
    return { dispose: () => void this.observers.delete(changed) };
  }
  become(targets: readonly ProxyTarget[]): void {
    for (const observer of this.observers) observer(targets);
  }
}

function setup(leading: boolean) {
  const election = new Election(leading);
  const found = new Found();
  const told: (readonly string[])[] = [];
  const watching = leadingTargets(found, election).observe((targets) => void told.push(targets.map(({ name }) => name)));
  return { election, found, told, watching };
}

describe('leadingTargets', () => {
  test('are all that are found, for the replica that leads', () => {
    const { found, told } = setup(true);
    found.become([ONE, TWO]);
    expect(told).toEqual([['one'], ['one', 'two']]);
  });

  test('are none for the others, who hear of no change', () => {
    const { found, told } = setup(false);
    found.become([ONE, TWO]);
    expect(told).toEqual([[]]);
  });

  test('are handed over: what was found meanwhile to the one that begins to lead, nothing to the one that does no more', () => {
    const { election, found, told } = setup(false);
    found.become([TWO]);
    election.become(true);
    election.become(false);
    found.become([ONE]);
    expect(told).toEqual([[], ['two'], []]);
  });

  test('are none on purpose for those that do not lead', () => {
    const election = new Election(false);
    const targets = leadingTargets(new Found(), election);
    expect(targets.standby).toBe(true);
    election.become(true);
    expect(targets.standby).toBe(false);
  });

  test('are followed no more when disposed', async () => {
    const { election, found, told, watching } = setup(true);
    await watching.dispose();
    found.become([TWO]);
    election.become(false);
    expect([told, found.observers.size, election.listeners.size]).toEqual([[['one']], 0, 0]);
  });
});
