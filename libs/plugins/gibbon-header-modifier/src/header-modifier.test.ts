import { createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import definition from './index.ts';

const CONFIG = {
  request: { set: [{ name: 'X-Set', value: 'new' }], add: [{ name: 'X-Add', value: 'b' }], remove: ['X-Gone'] },
  response: { set: [{ name: 'Server', value: 'ours' }], add: [{ name: 'X-List', value: '2' }], remove: ['X-Secret'] },
};

describePlugin({
  definition,
  configs: [{}, CONFIG, { request: { remove: ['a'] } }],
  invalid: [
    {
      config: { request: { set: [{ name: 'a b', value: 'x' }] } },
      problems: [{ path: 'request.set.1.name', message: expect.any(String) as string }],
    },
  ],
});

describe('header fields', () => {
  it('of requests and responses are changed', async () => {
    const plugin = createTestPlugin(definition, CONFIG);
    const outcome = await plugin.run(
      { headers: ['x-set', 'old', 'x-add', 'a', 'x-gone', '1'] },
      { headers: ['Server', 'theirs', 'X-List', '1', 'X-Secret', 's'] },
    );
    expect(outcome.headers).toMatchObject({ server: 'ours', 'x-list': '1,2' });
    expect(outcome.headers).not.toHaveProperty('x-secret');
  });
});
