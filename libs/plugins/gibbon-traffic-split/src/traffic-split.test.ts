import { foreignIdsOf } from '@gibbon/model';
import { createTestExchange, createTestPlugin, describePlugin, testService, type TestExchange } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';
import { WeightedChoice } from './weighted-choice.ts';

const ONE = { ...testService(), id: 'one' };
const TWO = { ...testService(), id: 'two' };

// The contract's requests have no services to go to: every share of these configurations answers by itself.
describePlugin({
  definition,
  configs: [
    { backends: [{ status: 499 }] },
    {
      backends: [
        { weight: 2, status: 499, requestHeaders: { set: [{ name: 'X', value: '1' }] }, rewrite: { fullPath: '/x' } },
        { status: 499, responseHeaders: { remove: ['Y'] } },
      ],
    },
  ],
  invalid: [{ config: { backends: [{ weight: -1 }] }, problems: [{ path: 'backends.1.weight', message: expect.any(String) as string }] }],
});

function exchange(): TestExchange {
  return createTestExchange({ url: 'http://gateway.test/a/b', entities: { services: [ONE, TWO] } });
}

async function run(plugin: ReturnType<typeof createTestPlugin>): Promise<TestExchange> {
  const made = exchange();
  await plugin.handler.access?.(made);
  return made;
}

describe('shares', () => {
  it('are what the weights say', async () => {
    const plugin = createTestPlugin(definition, {
      backends: [
        { weight: 7, service: 'one' },
        { weight: 3, service: 'two' },
        { weight: 0, service: 'three' },
      ],
    });
    const chosen: (string | null)[] = [];
    for (let count = 0; count < 10; count++) chosen.push((await run(plugin)).chosenService);
    expect(chosen.filter((id) => id === 'one')).toHaveLength(7);
    expect(chosen.filter((id) => id === 'two')).toHaveLength(3);
  });

  it('without a service are answered with their status', async () => {
    const plugin = createTestPlugin(definition, { backends: [{ service: 'one' }, { status: 503 }] });
    const first = await run(plugin);
    const second = await run(plugin);
    expect([first.chosenService, first.exited]).toEqual(['one', false]);
    expect([second.chosenService, second.responseStatus]).toEqual([null, 503]);
  });

  it('are answered with 500 when all weights are 0 and when the service is gone', async () => {
    expect((await run(createTestPlugin(definition, { backends: [{ weight: 0, service: 'one' }] }))).responseStatus).toBe(500);
    expect((await run(createTestPlugin(definition, { backends: [{ service: 'gone' }] }))).responseStatus).toBe(500);
  });
});

it('changes the requests and responses of one backend alone', async () => {
  const plugin = createTestPlugin(definition, {
    backends: [
      {
        service: 'one',
        requestHeaders: { set: [{ name: 'Backend', value: 'one' }] },
        responseHeaders: { set: [{ name: 'From', value: 'one' }] },
        rewrite: { hostname: 'one.test', prefix: '/a', prefixReplacement: '/z' },
      },
      { service: 'two' },
    ],
  });
  const [first, second] = [await run(plugin), await run(plugin)];
  for (const made of [first, second]) plugin.handler.headerFilter?.(made);
  expect([first.requestHeaders.get('backend'), first.responseHeaders.get('from'), first.upstreamHost, first.upstreamPath]).toEqual([
    'one',
    'one',
    'one.test',
    '/z/b',
  ]);
  expect([second.requestHeaders.get('backend'), second.responseHeaders.get('from'), second.upstreamPath]).toEqual([null, null, '/a/b']);
});

describe('the choice', () => {
  it('spreads a share evenly', () => {
    const choice = new WeightedChoice([5, 1, 1]);
    expect(Array.from({ length: 7 }, () => choice.next())).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('is nobody when there is nobody', () => {
    expect(new WeightedChoice([]).next()).toBe(-1);
    expect(new WeightedChoice([0, 0]).next()).toBe(-1);
  });
});

it('tells by its schema which services it names, which follow it to every proxy that has it', () => {
  expect(
    foreignIdsOf(definition.config)({
      backends: [
        { weight: 1, service: 'a' },
        { weight: 1, status: 500 },
      ],
    }),
  ).toEqual(['a'].map((id) => ({ type: 'services', id })));
});
