import { ensureImages, gatewayApiFiles, installGatewayApi, installGibbon, type GatewayApiOptions } from '@gibbon/cluster-install';
import { connectTestbed, startTestbed, type Testbed } from '@gibbon/testbed';
import type { RunOptions } from '../options.ts';
import type { Suite } from '../suite/build-suite.ts';
import { ensureSuiteImages } from '../suite/images.ts';
import { DEFINITIONS_VERSIONS } from '../suite/versions.ts';

/** A cluster in which the suite can run. */
export interface PreparedCluster {
  readonly testbed: Testbed;
  /** Of the Gateway API's definitions, without the `v`. */
  readonly definitions: Required<GatewayApiOptions>;
  /** Ends what was started for this run. */
  release(): Promise<void>;
}

/** What preparations are told and tell. */
export interface PrepareOptions {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The suite's tests for gateways need no others. */
const CHANNEL = 'standard';

/** Values of the chart: a class whose Gateways have proxies of their own, and no more of the rest than there must be. */
const VALUES = {
  controller: { replicas: 1, podDisruptionBudget: { enabled: false } },
  proxy: { replicas: 1, workers: 1, podDisruptionBudget: { enabled: false } },
};

/** Starts or finds a testbed, and installs definitions, images and Gibbon. Nothing of its own is left where that fails. */
export async function prepareCluster(suite: Suite, options: RunOptions, { log, signal }: PrepareOptions): Promise<PreparedCluster> {
  const suiteImages = await ensureSuiteImages(suite);
  const definitions: Required<GatewayApiOptions> = { version: availableDefinitions(log, options.definitions), channel: CHANNEL };
  const images = options.install ? await ensureImages() : null;
  const files = [...suiteImages, ...(images?.files ?? [])];
  const testbed = await openTestbed(options, { files, log, signal });
  const ours = options.testbed === null;
  const release = async (): Promise<void> => {
    if (!ours) return;
    if (options.keep) log(`Testbed ${testbed.name} goes on: npm run testbed -- --name ${testbed.name} down`);
    else await testbed.stop();
  };
  try {
    if (images !== null) await installGibbon(testbed, { images, imagesLoaded: true, values: VALUES, gatewayApi: definitions, log });
    else await installGatewayApi(testbed, definitions);
    return { testbed, definitions, release };
  } catch (error) {
    await release();
    throw error;
  }
}

interface OpenOptions extends PrepareOptions {
  /** Tars of images. */
  readonly files: readonly string[];
}

async function openTestbed({ testbed: name, keep }: RunOptions, { files, log, signal }: OpenOptions): Promise<Testbed> {
  if (name === null) {
    log('Starting a testbed ...');
    return startTestbed({ images: files, detached: keep, log, signal });
  }
  const testbed = await connectTestbed(name);
  for (const file of files) await testbed.loadImage(file);
  return testbed;
}

/**
 * The release of the definitions that a run installs, which is in the cache then.
 * @param wanted the one that it must be; default the newest that is to be had. @throws Error where none is.
 */
export function availableDefinitions(log: (line: string) => void, wanted: string | null = null): string {
  const missing: string[] = [];
  for (const version of wanted === null ? DEFINITIONS_VERSIONS : [wanted]) {
    try {
      gatewayApiFiles({ version, channel: CHANNEL });
      return version;
    } catch (error) {
      missing.push((error as Error).message);
      log(`Definitions of the Gateway API v${version} are not to be had`);
    }
  }
  throw new Error(missing.join('\n'));
}
