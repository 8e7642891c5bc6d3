import { readFileSync } from 'node:fs';
import { GatewayError } from '@gibbon/contracts/errors';
import { defineModule, optional } from '@gibbon/contracts/module';
import { PROXY_TARGETS } from '@gibbon/contracts/publisher';
import { CLOCK, HTTP_CLIENT, LOGGER, METRICS, RANDOM } from '@gibbon/contracts/services';
import { TARGET_PROFILE } from '@gibbon/contracts/translator';
import { Nullable, schema, Type, type ConfigOf } from '@gibbon/schema';
import { AdminApiPublisher } from './admin-api-publisher.ts';
import type { ClientSettings } from './admin-client.ts';
import { ChangeHistory } from './change-history.ts';
import { observeTargets, TargetMetrics } from './target-metrics.ts';
import { TargetSet } from './target-set.ts';
import { TextCache } from './text-cache.ts';

const path = (description: string) => Nullable(Type.String({ description }));

const options = Type.Object({
  urls: Type.Array(Type.String({ pattern: '^https?://[^/?#\\s]+(/[^?#\\s]*)?$' }), {
    default: [],
    description: 'Admin APIs of proxies, Gibbon or Kong, e.g. `http://127.0.0.1:8001`. Proxies that are found by discovery come on top.',
  }),
  headers: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'Fields to send with each request, e.g. `Kong-Admin-Token`.',
  }),
  headerFiles: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'Fields whose values are in files, read at the start.',
  }),
  tls: Type.Object(
    {
      verify: Type.Boolean({ default: true, description: 'Whether to verify the certificates of proxies.' }),
      servername: path('Name that the certificates must have; by default the host of the URL.'),
      ca: path("File with the authorities to trust (PEM) instead of the system's."),
      cert: path('File with the client certificate (PEM).'),
      key: path('File with the key of the client certificate (PEM).'),
    },
    { default: {}, description: 'TLS of `https` URLs.' },
  ),
  timeoutMs: Type.Integer({ minimum: 100, default: 30_000, description: 'Longest time for one request to a proxy, in milliseconds.' }),
  statusIntervalMs: Type.Integer({
    minimum: 100,
    default: 2000,
    description: 'How often idle proxies are asked whether they still serve what they confirmed, in milliseconds.',
  }),
  graceMs: Type.Integer({
    minimum: 0,
    default: 1000,
    description: 'How long a publication waits for the other proxies when one has confirmed, in milliseconds. They go on being configured.',
  }),
});

type Options = ConfigOf<typeof options>;

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
        history: new ChangeHistory(),
        texts: new TextCache(),
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

/** @throws GatewayError `GW_PUBLISHER_FILE` naming a file that cannot be read. */
function clientSettings({ headers, headerFiles, tls, timeoutMs }: Options): ClientSettings {
  const all = { ...headers, ...Object.fromEntries(Object.entries(headerFiles).map(([name, file]) => [name, read(file).trim()])) };
  const pem = { ca: tls.ca, cert: tls.cert, key: tls.key };
  return {
    timeoutMs,
    headers: Object.entries(all).flat(),
    servername: tls.servername,
    verify: tls.verify,
    tls: Object.fromEntries(Object.entries(pem).flatMap(([name, file]) => (file === null ? [] : [[name, read(file)]]))),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GatewayError('GW_PUBLISHER_FILE', `cannot read "${file}": ${(cause as Error).message}`, { source: 'config', cause });
  }
}
