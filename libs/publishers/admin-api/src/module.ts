import { defineModule, optional } from '@gibbon/contracts/module';
import { PROXY_TARGETS } from '@gibbon/contracts/publisher';
import { CLOCK, HTTP_CLIENT, LOGGER, METRICS, RANDOM } from '@gibbon/contracts/services';
import { TARGET_PROFILE } from '@gibbon/contracts/translator';
import { schema } from '@gibbon/schema';
import { AdminApiPublisher } from './admin-api-publisher.ts';
import { clientSettings, options } from './options.ts';
import { PlaneHistories } from './plane-histories.ts';
import { observeTargets, TargetMetrics } from './target-metrics.ts';
import { TargetSet } from './target-set.ts';

export const publisherAdminApi = defineModule({
  kind: 'publisher',
  id: 'publisher.admin-api',
  summary: 'Configures proxies by their Admin API: Gibbon by differences, Kong by whole documents.',
  config: schema(options),
  requires: {
    http: HTTP_CLIENT,
    clock: CLOCK,
    random: RANDOM,
    logger: LOGGER,
    metrics: METRICS,
    profile: TARGET_PROFILE,
    discovered: optional(PROXY_TARGETS),
  },
  traits: {},
  create: ({ config, deps, scope }) => {
    const { http, clock, random, logger, metrics, profile, discovered } = deps;
    const fixed = new TargetSet(config.urls.map((url) => ({ name: new URL(url).host, url })));
    const publisher = new AdminApiPublisher(
      discovered === null ? [fixed] : [fixed, discovered],
      {
        histories: new PlaneHistories(),
        http,
        settings: clientSettings(config),
        clock,
        random,
        logger,
        metrics: new TargetMetrics(metrics),
        profileKind: profile.kind,
      },
      { graceMs: config.graceMs, statusIntervalMs: config.statusIntervalMs },
    );
    scope.own(observeTargets(metrics, () => publisher.targets()));
    return scope.own(publisher);
  },
});
