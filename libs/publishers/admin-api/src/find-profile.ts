import type { HttpClient } from '@gibbon/contracts/services';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { AdminClient, type ClientSettings } from './admin-client.ts';
import { identify, type Identity } from './identify.ts';

/**
 * Asks proxies what configuration for them must look like: Gibbon's form when one of them is a Gibbon, otherwise that of the
 * Kong which answers first in the order of the URLs.
 * @returns `null` when none answers.
 */
export async function findProfile(urls: readonly string[], http: HttpClient, settings: ClientSettings): Promise<TargetProfile | null> {
  const { signal } = new AbortController();
  const answers = await Promise.allSettled(urls.map((url) => identify(new AdminClient({ name: url, url }, { http, settings, signal }))));
  const identities = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const chosen = identities.find(({ kind }) => kind === 'gibbon') ?? identities[0];
  return chosen === undefined ? null : profileOf(chosen);
}

function profileOf({ kind, version, routerFlavor }: Identity): TargetProfile {
  const [series] = /^\d+\.\d+/.exec(version) ?? ['3.9'];
  return { kind, version: series, routerFlavor: routerFlavor === 'expressions' ? 'expressions' : 'traditional_compatible' };
}
