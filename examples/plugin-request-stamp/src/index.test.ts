import { createTestPlugin, describePlugin } from '@gibbon/testing-contract-kits';
import { expect, test } from 'vitest';
import definition from './index.ts';

describePlugin({ definition, configs: [{}, { header: 'X-Other' }] });

test('stamps the response with the id of its request', async () => {
  const { headers } = await createTestPlugin(definition, { header: 'X-Mine' }).run();
  expect(headers['x-mine']).toMatch(/^[0-9a-f]{32}$/);
});
