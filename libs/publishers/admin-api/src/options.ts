import { readFileSync } from 'node:fs';
import { GatewayError } from '@gibbon/contracts/errors';
import { Nullable, Type, type ConfigOf } from '@gibbon/schema';
import type { ClientSettings } from './admin-client.ts';

const path = (description: string) => Nullable(Type.String({ description }));

/** Options of the module. */
export const options = Type.Object({
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

/** The module's configuration. */
export type AdminApiOptions = ConfigOf<typeof options>;

/**
 * How the options say to talk to proxies; reads the files that they name.
 * @throws GatewayError `GW_PUBLISHER_FILE` naming a file that cannot be read.
 */
export function clientSettings({ headers, headerFiles, tls, timeoutMs }: AdminApiOptions): ClientSettings {
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
