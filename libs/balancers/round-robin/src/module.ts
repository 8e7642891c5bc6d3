import { defineModule } from '@gibbon/contracts/module';
import { RANDOM } from '@gibbon/contracts/services';
import { schema, Type } from '@gibbon/schema';
import { RoundRobin } from './round-robin.ts';

/**
 * Kong's default algorithm.
 * @see https://developer.konghq.com/gateway/entities/upstream/#round-robin
 */
export default defineModule({
  kind: 'balancer',
  id: 'balancer.round-robin',
  summary: 'Takes the targets in turn, each as often as its weight says.',
  config: schema(Type.Object({})),
  requires: { random: RANDOM },
  traits: {},
  create: ({ deps }) => new RoundRobin(deps.random),
});
