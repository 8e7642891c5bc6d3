import { normaliseHost, Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';
import { RequiredReference } from './fields.ts';

/** @see https://developer.konghq.com/gateway/entities/target/ */
export const targets = defineEntity('targets', {
  description: 'A backend instance.',
  endpointKey: 'target',
  cacheKey: ['upstream', 'target'],
  fields: {
    upstream: RequiredReference('upstreams', 'The upstream that it belongs to.'),
    target: Type.String({ format: 'target', description: 'host, host:port or [v6]:port; port 8000 when absent.' }),
    weight: Type.Integer({
      minimum: 0,
      maximum: 65535,
      default: 100,
      description: 'Share of the traffic; 0 takes it out.',
      'x-null-is-default': true,
    }),
  },
});

/** Format `target`: a name or address, with or without a port. */
export function targetProblem(target: string): string | null {
  return 'error' in normaliseHost(target) ? `Invalid target ('${target}'); not a valid hostname or ip address` : null;
}
