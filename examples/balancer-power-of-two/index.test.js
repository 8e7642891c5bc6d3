import { describeBalancer, testPeer } from '@gibbon/testing-contract-kits';
import { seededRandom } from '@gibbon/time';
import { expect, test } from 'vitest';
import definition from './index.js';

// With nothing in flight between picks the weights decide only who wins a draw, not the shares.
describeBalancer({ definition, weightTolerance: null });

test('keeps the load of peers together while requests stay open', () => {
  const balancer = definition.create({ config: {}, deps: { random: seededRandom(3) }, scope: /** @type {never} */ (null) });
  const peers = Array.from({ length: 10 }, (_, index) => testPeer(index));
  balancer.update(peers);
  const open = peers.map(() => 0);
  for (let n = 0; n < 1000; n += 1) open[balancer.pick({ hash: -1, attempt: 0, failed: [] })?.index ?? -1] += 1;
  expect(Math.max(...open) - Math.min(...open)).toBeLessThanOrEqual(6);
});
