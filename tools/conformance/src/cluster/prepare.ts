import { ensureImages, gatewayApiFiles, installGatewayApi, installGibbon } from '@gibbon/cluster-install';
import { connectTestbed, startTestbed, type Testbed } from '@gibbon/testbed';
import type { RunOptions } from '../options.ts';
import type { Suite } from '../suite/build-suite.ts';
import { ensureSuiteImages } from '../suite/images.ts';
import { DEFINITIONS, type Definitions } from '../suite/versions.ts';

/** A cluster in which the suite can run. */
export interface PreparedCluster {
  readonly testbed: Testbed;
  readonly definitions: Definitions;
  /** Ends what was started for this run. */
  release(): Promise<void>;
}

/** What preparations are told and tell. */
export interface PrepareOptions {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Values of the chart: a class whose Gateways have proxies of their own, and no more of the rest than there must be. */
const VALUES = {
  controller: { replicas: 1, podDisruptionBudget: { enabled: false } },
  proxy: { replicas: 1, workers: 1, podDisruptionBudget: { enabled: false } },
};

/** Starts or finds a testbed, and installs definitions, images and Gibbon. Nothing of its own is left where that fails. */
export async function prepareCluster(suite: Suite, options: RunOptions, { log, signal }: PrepareOptions): Promise<PreparedCluster> {
  const suiteImages = await ensureSuiteImages(suite);
  const definitions = availableDefinitions(log, options.definitions);
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
 * The definitions that a run installs, which are in the cache then.
 * @param wanted those that it must be; default the newest that are to be had. @throws Error where none are.
 */
export function availableDefinitions(log: (line: string) => void, wanted: Definitions | null = null): Definitions {
  const missing: string[] = [];
  for (const definitions of wanted === null ? DEFINITIONS : [wanted]) {
    try {
      gatewayApiFiles(definitions);
      return definitions;
    } catch (error) {
      missing.push((error as Error).message);
      log(`Definitions of the Gateway API v${definitions.version} are not to be had`);
    }
  }
  throw new Error(missing.join('\n'));
}
