import { afterAll, beforeAll, describe } from 'vitest';
import { brokenObjectScenarios } from './scenarios/broken-objects.ts';
import { cacheScenarios } from './scenarios/cache.ts';
import { failureScenarios } from './scenarios/failures.ts';
import { gatewayApiScenarios } from './scenarios/gateway-api.ts';
import { gatewayScenarios } from './scenarios/gateways.ts';
import { leakScenarios } from './scenarios/leaks.ts';
import { releaseScenarios } from './scenarios/releases.ts';
import { rolloutScenarios } from './scenarios/rollouts.ts';
import { routeChangeScenarios } from './scenarios/route-changes.ts';
import { trafficScenarios } from './scenarios/traffic.ts';
import { startCluster, type Cluster } from './support/cluster.ts';
import { whySkipped } from './support/skip.ts';

const NAME = 'e2e-gibbon';
const START_TIMEOUT_MS = 300_000;
const TEST_TIMEOUT_MS = 120_000;

const skipped = await whySkipped();

// One cluster for all, which is why all are one file: what breaks things comes last.
describe.skipIf(skipped !== null)('Gibbon on a cluster', { timeout: TEST_TIMEOUT_MS }, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster(NAME);
  }, START_TIMEOUT_MS);

  afterAll(() => cluster?.stop(), START_TIMEOUT_MS);

  const get = (): Cluster => cluster;
  describe('traffic', () => trafficScenarios(get));
  describe('Gateways', () => gatewayScenarios(get));
  describe('Gateway API 1.7', () => gatewayApiScenarios(get));
  describe('objects that are wrong', () => brokenObjectScenarios(get));
  describe('routes that come, change and go', () => routeChangeScenarios(get));
  describe('releases', () => releaseScenarios(get));
  describe('rollouts', () => rolloutScenarios(get));
  describe('outages', () => failureScenarios(get));
  describe('a proxy without a controller', () => cacheScenarios(get));
  describe('what is left', () => leakScenarios(get));
});
