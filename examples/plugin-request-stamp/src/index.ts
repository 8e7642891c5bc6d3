import { definePlugin } from '@gibbon/contracts/plugin';

export default definePlugin<{ readonly header: string }>({
  name: 'request-stamp',
  priority: 10,
  version: '1.0.0',
  summary: 'Stamps each response with the id of its request.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: { header: { type: 'string', default: 'X-Stamp', description: 'Name of the header.' } },
  },
  create: ({ config }) => ({
    headerFilter: (exchange) => exchange.responseHeaders.set(config.header, exchange.id),
  }),
});
