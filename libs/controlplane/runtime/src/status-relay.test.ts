import type { StatusDraft, StatusSink } from '@gibbon/contracts/status';
import { beforeEach, describe, expect, it } from 'vitest';
import { StatusRelay } from './status-relay.ts';

const ref = (name: string) => ({ kind: 'Gateway', namespace: 'ns', name });
const draft = (name: string, generation = 1): StatusDraft =>
  ({ ref: ref(name), generation, status: {}, owned: [] }) as unknown as StatusDraft;

let told: string[];
let relay: StatusRelay;
beforeEach(() => {
  told = [];
  const sink: StatusSink = {
    submit: (drafts) => void told.push(...drafts.map(({ ref: { name }, generation }) => `${name}@${generation}`)),
    forget: ({ name }) => void told.push(`-${name}`),
  };
  relay = new StatusRelay(sink);
});

describe('StatusRelay', () => {
  it('hands on at once what changed no configuration', () => {
    relay.take({ changed: [draft('a')], removed: [ref('b')] }, null);
    expect(told).toEqual(['-b', 'a@1']);
  });

  it('waits for the configuration of the same translation', () => {
    relay.take({ changed: [draft('a')], removed: [] }, 3);
    relay.confirmed(2);
    expect(told).toEqual([]);
    relay.confirmed(3);
    expect(told).toEqual(['a@1']);
  });

  it('hands on the latest of an object, once', () => {
    relay.take({ changed: [draft('a', 1)], removed: [] }, 1);
    relay.take({ changed: [draft('a', 2)], removed: [] }, 2);
    relay.confirmed(1);
    expect(told).toEqual([]);
    relay.confirmed(2);
    relay.confirmed(2);
    expect(told).toEqual(['a@2']);
  });

  it('holds up no object for the sake of another', () => {
    relay.take({ changed: [draft('a', 1), draft('b', 1)], removed: [] }, 1);
    relay.take({ changed: [draft('b', 2)], removed: [] }, 2);
    relay.confirmed(1);
    expect(told).toEqual(['a@1']);
    relay.take({ changed: [draft('b', 3)], removed: [] }, 3);
    relay.confirmed(3);
    expect(told).toEqual(['a@1', 'b@3']);
  });

  it('keeps what needs no configuration behind what does, in order', () => {
    relay.take({ changed: [draft('a')], removed: [] }, 1);
    relay.take({ changed: [], removed: [ref('a')] }, null);
    relay.confirmed(1);
    expect(told).toEqual(['-a']);
  });
});
