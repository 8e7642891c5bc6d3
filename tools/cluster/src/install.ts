import { join } from 'node:path';
import { ensureHelm } from '@gibbon/deploy/helm';
import type { Testbed } from '@gibbon/testbed';
import { stringify } from 'yaml';
import { installGatewayApi, type GatewayApiOptions } from './gateway-api.ts';
import { ensureImages, type GibbonImages } from './images.ts';
import { helmEnvironment, runHelm } from './run-helm.ts';
import { explainRollout } from './rollout.ts';

const CHART = join(import.meta.dirname, '../../../deploy/helm/gibbon');

/** What to install, and how. */
export interface InstallOptions {
  /** Values of the chart, as in a values file; on top of the image's. */
  readonly values?: ChartValues;
  /** Default `gibbon`. */
  readonly namespace?: string;
  /** Name of the release, with which all names begin; default `gibbon`. */
  readonly release?: string;
  /** Images to use; default: those of this checkout, built where they are not in the cache. */
  readonly images?: GibbonImages;
  /** Whether the images are in the cluster already, e.g. as `images` of its start. Default false. */
  readonly imagesLoaded?: boolean;
  /** Definitions of the Gateway API; `null` for none. Default: release and channel of {@link GatewayApiOptions}. */
  readonly gatewayApi?: GatewayApiOptions | null;
  /** Whether to wait until all is rolled out, which proxies without a controller never are. Default true. */
  readonly wait?: boolean;
  /** How long to wait, in milliseconds. Default 120000. */
  readonly timeoutMs?: number;
  /** Told in lines what is done. Default: nobody. */
  readonly log?: (line: string) => void;
}

/** Values of the chart by name. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** Gibbon in a cluster. */
export interface InstalledGibbon {
  readonly namespace: string;
  readonly release: string;
  readonly images: GibbonImages;
  /** Deployments, and the Service that takes traffic. */
  readonly controller: string;
  readonly proxy: string;
  /** Address of the shared proxies' load balancer, reachable inside the testbed: HTTP on 80, HTTPS on 443 unless values say otherwise. Empty where the Service has none. */
  readonly proxyAddress: string;
  /** Changes values (merged into those of before, as `helm upgrade --reuse-values` does) and waits until it is rolled out. */
  upgrade(values: ChartValues): Promise<void>;
  /** What the pods of a part have written, the previous container's too. For failures. */
  logs(part: 'controller' | 'proxy', lines?: number): Promise<string>;
  /** Removes the release, as a user would; the definitions stay. */
  uninstall(): Promise<void>;
}

const TIMEOUT_MS = 120_000;

/**
 * Installs Gibbon on a testbed as a user would: images, definitions of the Gateway API, `helm install`; returns when
 * everything is rolled out. Installing again upgrades.
 * @throws Error with what Helm said; where the pods do not become ready, with their states, events and last lines.
 */
export async function installGibbon(testbed: Testbed, options: InstallOptions = {}): Promise<InstalledGibbon> {
  const { namespace = 'gibbon', release = 'gibbon', gatewayApi = {}, wait = true, timeoutMs = TIMEOUT_MS, log = () => {} } = options;
  const images = options.images ?? (await ensureImages());
  const helm = ensureHelm(log);
  const definitions = gatewayApi === null ? Promise.resolve() : installGatewayApi(testbed, gatewayApi);
  await Promise.all([definitions, options.imagesLoaded === true ? [] : loadAll(testbed, images, log)]);
  log('Installing the chart ...');
  const context = { helm, testbed, namespace, release, wait, timeoutMs };
  const values = { ...options.values, image: { ...(options.values?.['image'] as object), tag: images.tag, pullPolicy: 'Never' } };
  await deploy(context, ['--create-namespace', '--values', '-', CHART], values);
  const named = { controller: `${release}-controller`, proxy: `${release}-proxy` };
  return {
    ...named,
    namespace,
    release,
    images,
    proxyAddress: await addressOf(testbed, namespace, named.proxy),
    upgrade: (changed) => deploy(context, ['--reuse-values', '--values', '-', CHART], changed),
    logs: (part, lines = 200) => partLogs(testbed, namespace, { selector: selectorOf(release, part), lines }),
    uninstall: async () => {
      await runHelm(
        helm,
        ['uninstall', release, '--namespace', namespace, '--wait', `--timeout=${timeoutMs}ms`],
        helmEnvironment(testbed),
        {
          timeoutMs: timeoutMs + 5000,
        },
      );
    },
  };
}

interface DeployContext {
  readonly helm: string;
  readonly testbed: Testbed;
  readonly namespace: string;
  readonly release: string;
  readonly wait: boolean;
  readonly timeoutMs: number;
}

async function loadAll(testbed: Testbed, images: GibbonImages, log: (line: string) => void): Promise<void> {
  log(`Loading images ${images.tag} ...`);
  for (const file of images.files) await testbed.loadImage(file);
}

async function deploy(context: DeployContext, args: readonly string[], values: unknown): Promise<void> {
  const { helm, testbed, namespace, release, wait, timeoutMs } = context;
  const upgrade = ['upgrade', '--install', release, '--namespace', namespace, ...args];
  await runHelm(helm, upgrade, helmEnvironment(testbed), { input: stringify(values), timeoutMs });
  if (!wait) return;
  const parts = [`deployment/${release}-controller`, `deployment/${release}-proxy`];
  const rollout = ['--namespace', namespace, 'rollout', 'status', `--timeout=${timeoutMs}ms`];
  try {
    await Promise.all(parts.map((part) => testbed.kubectl([...rollout, part], { timeoutMs: timeoutMs + 5000 })));
  } catch (error) {
    throw new Error(`${release} is not rolled out: ${(error as Error).message}\n${await explainRollout(testbed, namespace)}`, {
      cause: error,
    });
  }
}

/** Labels by which the pods of a part are selected. */
export function selectorOf(release: string, part: 'controller' | 'proxy'): string {
  return `app.kubernetes.io/name=gibbon,app.kubernetes.io/instance=${release},app.kubernetes.io/component=${part}`;
}

function partLogs(testbed: Testbed, namespace: string, { selector, lines }: { readonly selector: string; readonly lines: number }) {
  return testbed.kubectl(['--namespace', namespace, 'logs', '--selector', selector, '--prefix', `--tail=${lines}`, '--ignore-errors']);
}

async function addressOf(testbed: Testbed, namespace: string, service: string): Promise<string> {
  const named = ['--namespace', namespace, `service/${service}`];
  const type = await testbed.kubectl(['get', ...named, '-o', 'jsonpath={.spec.type}']);
  if (type !== 'LoadBalancer') return '';
  await testbed.kubectl(['wait', ...named, '--for=jsonpath={.status.loadBalancer.ingress[0].ip}', '--timeout=30s']);
  return testbed.kubectl(['get', ...named, '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}']);
}
