import { echoBackend } from '@gibbon/cluster-install';
import { beforeAll, expect, it } from 'vitest';
import { BROKEN, NAMESPACE, type BrokenObject } from '../broken/list.ts';
import { complaints, type Complaint } from '../broken/complaints.ts';
import { underLoad } from '../load/start.ts';
import type { Cluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { gateway, httpRoute, ingress, namespace } from '../support/manifests.ts';

const WAIT = { timeout: 40_000 };
const SHOWN_CHARACTERS = 150;

/** Objects that are wrong in many ways, all at once: each is told what is wrong with it, and costs the others nothing. */
export function brokenObjectScenarios(get: () => Cluster): void {
  beforeAll(async () => {
    const { api, rolledOut, statusOf } = get();
    const place = (name: string) => ({ namespace: NAMESPACE, name });
    await api.apply(namespace(NAMESPACE), ...echoBackend(place('echo')), gateway(place('web'), 'kong'));
    await api.apply(ingress(place('good'), 'good.broken.test'), httpRoute(place('good'), 'good-route.broken.test'));
    await rolledOut(NAMESPACE, 'echo');
    for (const host of ['good.broken.test', 'good-route.broken.test']) await eventually(() => statusOf({ host }), 200);
  });

  it(`tells ${BROKEN.length} what is wrong with them, while all others serve`, async () => {
    const { api, gibbon, testbed, statusOf } = get();
    const targets = ['good.broken.test', 'good-route.broken.test'].map((host) => ({ address: gibbon.proxyAddress, host }));
    const found = new Map<BrokenObject, readonly Complaint[]>();
    const report = await underLoad(testbed, targets, async () => {
      for (const { objects } of BROKEN) await api.apply(...objects);
      // What comes after them is served as quickly as ever.
      await api.apply(ingress({ namespace: NAMESPACE, name: 'later' }, 'later.broken.test'));
      await expect.poll(() => statusOf({ host: 'later.broken.test' }), WAIT).toBe(200);
      await eventually(() => unexplained(get(), found), []).catch(() => {});
    });
    process.stdout.write(table(found));
    expect(await unexplained(get(), found)).toEqual([]);
    expect(report.failures).toEqual([]);
  });
}

/** Looks what is said about each. @returns names of those of which nobody says what is wrong. */
async function unexplained({ api }: Cluster, found: Map<BrokenObject, readonly Complaint[]>): Promise<readonly string[]> {
  const said = await complaints(api, NAMESPACE);
  for (const broken of BROKEN) {
    const key = `${broken.about.kind}/${broken.about.metadata.name}`;
    found.set(broken, said.get(key) ?? []);
  }
  return BROKEN.filter((broken) => !explained(broken, found.get(broken) ?? [])).map(({ what }) => what);
}

function explained({ says }: BrokenObject, said: readonly Complaint[]): boolean {
  return said.some(({ message, reason }) => says.test(`${reason}: ${message}`));
}

function table(found: ReadonlyMap<BrokenObject, readonly Complaint[]>): string {
  const rows = [...found].map(([broken, said]) => {
    const best = said.find(({ message, reason }) => broken.says.test(`${reason}: ${message}`));
    const others = said.map(({ reason, message }) => `${reason}: ${message}`).join(' / ');
    const text = best === undefined ? `NOT SAID, but: ${others}` : `${best.where} ${best.reason}: ${best.message}`;
    return `  ${`${broken.about.kind}/${broken.about.metadata.name}`.padEnd(42)} ${text.slice(0, best === undefined ? 600 : SHOWN_CHARACTERS)}`;
  });
  return `${rows.join('\n')}\n`;
}
