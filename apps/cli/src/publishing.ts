import type { TargetProfile } from '@gibbon/contracts/translator';
import type { Logger } from '@gibbon/contracts/services';
import { profileOfProxies, type PublisherSelection } from '@gibbon/controller';
import { hasClusterProxies } from './cluster-proxies.ts';
import type { Values } from './resolve.ts';

type ProxyOptions = Parameters<typeof profileOfProxies>[0];
type Header = readonly [name: string, value: string];

/** Where a controller brings its configuration, and for what. */
export interface Publishing {
  readonly publishers: readonly PublisherSelection[];
  readonly profile: TargetProfile;
}

/** Headers of `--publish-header`, or the first that is none. */
export function publishHeaders(values: Values): { readonly headers: readonly Header[] } | { readonly problem: string } {
  const headers: Header[] = [];
  for (const text of values['publish-header'] as readonly string[]) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) return { problem: `--publish-header: '${text}' is not NAME:VALUE` };
    headers.push([name, value]);
  }
  return { headers };
}

/** The publishers that the settings ask for, and the form of configuration that they take, which may mean asking the proxies. */
export async function publishingOf(values: Values, headers: readonly Header[], log: Logger): Promise<Publishing> {
  const urls = values['publish'] as readonly string[];
  const output = values['output'] as string | null;
  const options = proxyOptionsOf(values, urls, headers);
  const publishers: PublisherSelection[] = [
    ...(output === null ? [] : [{ kind: 'publisher' as const, name: 'file', config: { path: output } }]),
    ...(urls.length === 0 && !hasClusterProxies(values) ? [] : [{ kind: 'publisher' as const, name: 'admin-api', config: options }]),
  ];
  return { publishers, profile: await profileOf(values, options, log) };
}

async function profileOf(values: Values, options: ProxyOptions, log: Logger): Promise<TargetProfile> {
  const target = values['target'] as Pick<TargetProfile, 'kind' | 'version'> | null;
  const routerFlavor = values['kong-router-flavor'] as TargetProfile['routerFlavor'] | null;
  if (target !== null) return { ...target, routerFlavor: routerFlavor ?? 'traditional_compatible' };
  const found = options.urls.length === 0 ? usualProfile(values) : await profileOfProxies(options, log);
  return routerFlavor === null ? found : { ...found, routerFlavor };
}

/** Proxies that come later cannot be asked what they are; a file is read by whatever reads it. */
function usualProfile(values: Values): TargetProfile {
  const routerFlavor = 'traditional_compatible';
  return hasClusterProxies(values) ? { kind: 'gibbon', version: '3.9', routerFlavor } : { kind: 'kong', version: '3.9', routerFlavor };
}

function proxyOptionsOf(values: Values, urls: readonly string[], headers: readonly Header[]): ProxyOptions {
  const text = (flag: string): string | null => values[flag] as string | null;
  const token = text('publish-token');
  const tokenFile = text('publish-token-file');
  return {
    urls: [...urls],
    headers: { ...Object.fromEntries(headers), ...(token !== null && { 'Kong-Admin-Token': token }) },
    headerFiles: tokenFile === null ? {} : { 'Kong-Admin-Token': tokenFile },
    tls: {
      verify: values['publish-skip-verify'] !== true,
      servername: text('publish-servername'),
      ca: text('publish-ca'),
      cert: text('publish-cert'),
      key: text('publish-key'),
    },
    timeoutMs: 30_000,
    statusIntervalMs: 2000,
    graceMs: 1000,
  };
}
