import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceWorld } from './testing/source-world.ts';
import { GADGET, thing } from './testing/thing-kinds.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), name, size: fc.nat(5), secret: fc.option(name) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('secret' as const), name, data: fc.constantFrom('eA==', 'eQ=='), loud: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeSecret' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gadget' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kind' as const) }) },
);
const trouble = fc.oneof(
  fc.record({
    do: fc.constantFrom('reset' as const, 'end' as const, 'compact' as const, 'bookmark' as const, 'outage' as const, 'cut' as const),
  }),
  fc.record({ do: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({
    do: fc.constant('fault' as const),
    verb: fc.constantFrom('list' as const, 'watch' as const, 'get' as const),
    status: fc.constantFrom(500, 429, 410, 403, 503),
    times: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ do: fc.constant('break' as const), verb: fc.constantFrom('list' as const, 'watch' as const, 'get' as const) }),
);
type Step = typeof edit extends fc.Arbitrary<infer E> ? (typeof trouble extends fc.Arbitrary<infer T> ? E | T : never) : never;

async function take(world: SourceWorld, step: Step): Promise<void> {
  const { api, clock } = world;
  switch (step.do) {
    case 'put':
      return void api.put(thing(step.name, step.size, step.secret ?? undefined) as never);
    case 'remove':
      return void (api.get('Thing', 'default', step.name) !== null && api.remove('Thing', 'default', step.name));
    case 'secret': {
      const labels = step.loud ? { loud: 'true' } : {};
      return void api.put({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'default', name: step.name, labels },
        data: { key: step.data },
      });
    }
    case 'removeSecret':
      return void (api.get('Secret', 'default', step.name) !== null && api.remove('Secret', 'default', step.name));
    case 'gadget':
      return void (isServed(world) && api.put({ apiVersion: 'test.dev/v1', kind: 'Gadget', metadata: { name: step.name } }));
    case 'kind':
      return isServed(world) ? api.unserve('Gadget') : api.serve(GADGET);
    case 'reset':
      for (const watch of api.watches()) watch.reset();
      return;
    case 'end':
      for (const watch of api.watches()) watch.end();
      return;
    case 'cut':
      for (const watch of api.watches()) {
        watch.writePart('{"type":"ADDED","obj');
        watch.end();
      }
      return;
    case 'compact':
      return api.compact();
    case 'bookmark':
      return api.bookmark();
    case 'outage':
      await api.pause();
      await clock.advanceAsync(500);
      return api.resume();
    case 'time':
      return clock.advanceAsync(step.ms);
    case 'fault':
      return void api.faults.add({ match: { verb: step.verb }, status: step.status, times: step.times });
    case 'break':
      return void api.faults.add({ match: { verb: step.verb }, reset: true, times: 1 });
    default:
      step satisfies never;
  }
}

function isServed({ api }: SourceWorld): boolean {
  return api.get('CustomResourceDefinition', '', 'gadgets.test.dev') !== null;
}

/** What the source ought to have delivered, from what the server has. */
function expected({ api }: SourceWorld): Record<string, unknown> {
  const things = api.list('Thing');
  const named = new Set(things.map((object) => (object['spec'] as { secret?: string }).secret));
  const secrets = api.list('Secret').filter(({ metadata }) => metadata.labels?.['loud'] === 'true' || named.has(metadata.name));
  const all = [...things, ...secrets, ...api.list('Gadget')];
  return sorted(all.map((object) => [`${object.kind}:${object.metadata.namespace ?? ''}/${object.metadata.name}`, contentOf(object)]));
}

function delivered({ sink }: SourceWorld): Record<string, unknown> {
  return sorted([...sink.objects].map(([key, object]) => [key, contentOf(object as never)]));
}

function sorted(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function contentOf(object: {
  readonly metadata: { readonly uid?: string; readonly labels?: unknown };
  readonly [field: string]: unknown;
}): unknown {
  return { uid: object.metadata.uid, labels: object.metadata.labels ?? {}, spec: object['spec'], data: object['data'] };
}

describe('what the source has delivered', () => {
  it('is in the end what the server has, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: edit }, { weight: 2, arbitrary: trouble }), { maxLength: 40, size: 'max' }),
        async (steps) => {
          const world = await SourceWorld.open();
          try {
            let started = false;
            const starting = world.source.start(world.sink).then(() => (started = true));
            for (const step of steps) await take(world, step as Step);
            world.api.faults.clear();
            const same = (): boolean =>
              started && JSON.stringify(delivered(world)) === JSON.stringify(expected(world)) && world.sink.current.length === 0;
            // Five minutes of its clock are more than any retry waits.
            for (let waitedMs = 0; !same() && waitedMs < 300_000; waitedMs += 500) await world.clock.advanceAsync(500);
            expect(delivered(world)).toEqual(expected(world));
            expect(world.sink.messages).toEqual([]);
            await starting;
          } finally {
            expect(await world.close()).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
