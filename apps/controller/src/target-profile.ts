import type { Logger } from '@gibbon/contracts/services';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { createHttpClient } from '@gibbon/http-client';
import { clientSettings, findProfile, type AdminApiOptions } from '@gibbon/publisher-admin-api';
import { systemClock } from '@gibbon/time';

/** Proxies that are there answer at once; others are waited for by the publisher. Milliseconds. */
const PATIENCE_MS = 3000;

/**
 * What configuration the proxies at some Admin APIs take. Gibbon's form when none of them answers yet, which a line of the
 * log says.
 * @throws GatewayError `GW_PUBLISHER_FILE` naming a certificate or token file that cannot be read.
 */
export async function profileOfProxies(options: AdminApiOptions, log: Logger): Promise<TargetProfile> {
  const http = createHttpClient(systemClock);
  try {
    const found = await findProfile(options.urls, http, { ...clientSettings(options), timeoutMs: PATIENCE_MS });
    if (found === null) log.warn({ urls: options.urls }, 'no proxy answers yet: taking them for Gibbon; say --target where they are not');
    else log.info({ target: found.kind, version: found.version, routerFlavor: found.routerFlavor }, 'found what the proxies are');
    return found ?? { kind: 'gibbon', version: '3.9', routerFlavor: 'traditional_compatible' };
  } finally {
    await http.dispose();
  }
}
