import type { Configuration } from '@gibbon/contracts/entities';
import { CONFIGURATION_SINK, type ConfigurationSink } from '@gibbon/contracts/dataplane';
import type { PublishResult } from '@gibbon/contracts/publisher';
import { applyDelta, emptyConfiguration } from '@gibbon/model';
import { describePublisher, TestScope, TestServices } from '@gibbon/testing-contract-kits';
import { expect, it } from 'vitest';
import definition from './index.ts';

/** A data plane that only remembers. */
class MemorySink implements ConfigurationSink {
  served: Configuration = emptyConfiguration();
  answer: PublishResult = { applied: true, rejected: [], error: null };

  async apply(change: Parameters<ConfigurationSink['apply']>[0]): Promise<PublishResult> {
    if (this.answer.applied) this.served = change.delta === null ? change.full() : applyDelta(this.served, change.delta);
    return this.answer;
  }
}

const make = (sink: ConfigurationSink, scope: TestScope): ReturnType<typeof definition.create> =>
  definition.create({ config: {}, deps: new TestServices([[CONFIGURATION_SINK, sink]]).resolve(definition.requires) as never, scope });

describePublisher({
  name: definition.id,
  open: async (scope) => {
    const sink = new MemorySink();
    return {
      publisher: make(sink, scope as TestScope),
      served: async () => sink.served,
      break: async () => void (sink.answer = { applied: false, rejected: [], error: 'no worker is left' }),
      restore: async () => void (sink.answer = { applied: true, rejected: [], error: null }),
    };
  },
});

it('hands on what the data plane refuses', async () => {
  const sink = new MemorySink();
  sink.answer = { applied: true, rejected: [{ type: 'routes', id: 'r', field: 'paths.1', message: 'not a path' }], error: null };
  const change = { revision: 1, delta: null, full: emptyConfiguration };
  expect(await make(sink, new TestScope()).publish(change, new AbortController().signal)).toBe(sink.answer);
});

it('does not bother the data plane with changes of other planes', async () => {
  const sink = new MemorySink();
  sink.answer = { applied: false, rejected: [], error: 'must not be asked' };
  const other = { revision: 2, delta: null, full: emptyConfiguration };
  const change = { revision: 2, delta: {}, full: emptyConfiguration, planes: new Map([['other', other]]) };
  expect(await make(sink, new TestScope()).publish(change, new AbortController().signal)).toEqual({
    applied: true,
    rejected: [],
    error: null,
  });
});
