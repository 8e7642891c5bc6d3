import { randomBytes } from 'node:crypto';
import { layoutOf } from '../configuration/layout.ts';
import { stateFolder } from '../folders.ts';
import { ensureBaseImages } from '../images/base-images.ts';
import { ensureBuilt, isBuilt, type BuildOptions } from '../parts/build.ts';
import { isolationProblem } from '../parts/isolation.ts';
import { ensurePackages, findGo, missingPackages, missingRequirement } from '../parts/requirements.ts';
import { launch, waitUntilReady } from './launch.ts';
import { isRunning, removeTestbed, sweep, whileNobodyStarts } from './sweep.ts';
import { openTestbed, type Testbed } from './testbed.ts';

/** How to start a testbed. */
export interface StartOptions {
  /** 1 to 40 lower-case letters, digits and dashes; default a random one. */
  readonly name?: string;
  /** Tars of images (see {@link buildImage}) to load before it is ready. */
  readonly images?: readonly string[];
  /** Port on the machine's loopback interface for the API server; default 0: any. */
  readonly apiPort?: number;
  /** Whether it outlives this process, until `stop()` or `npm run testbed -- down`. Default false: it ends when this process does, however that ends. */
  readonly detached?: boolean;
  /** Builds and installs what is absent. Default true; false refuses instead, as tests do. */
  readonly build?: boolean;
  /** How long to wait until it is ready, in milliseconds; building is not counted. Default 120000. */
  readonly timeoutMs?: number;
  /** Told in lines what takes long. Default: nobody. */
  readonly log?: (line: string) => void;
  /** Ends the start; nothing is left then. */
  readonly signal?: AbortSignal;
}

const READY_TIMEOUT_MS = 120_000;

/** What the machine allows does not change while this process runs. */
let isolation: Promise<string | null> | null = null;

/**
 * Why no testbed can be started here, in one line; `null` when one can.
 * @param build whether it may be built first, which takes minutes.
 */
export async function whyNoTestbed({ build }: { readonly build: boolean }): Promise<string | null> {
  const built = isBuilt();
  const problem = missingRequirement({
    platform: process.platform,
    userId: process.getuid?.(),
    goVersion: built ? null : await findGo(),
    built,
  });
  if (problem !== null) return problem;
  isolation ??= isolationProblem();
  const refused = await isolation;
  if (refused !== null || build) return refused;
  return built && missingPackages().length === 0 ? null : 'the parts of a testbed are not built: npm run testbed -- build';
}

/** Builds and installs what testbeds need, where it is absent. @throws Error with what is missing. */
export async function ensureParts(options: BuildOptions): Promise<void> {
  const problem = await whyNoTestbed({ build: true });
  if (problem !== null) throw new Error(problem);
  await ensurePackages(options);
  await ensureBuilt(options);
}

/**
 * Starts a Kubernetes cluster of one node: ready when pods can be scheduled, with DNS. What earlier ones left behind after
 * a SIGKILL is removed first. Several run side by side.
 * @throws Error when this machine cannot run one, a name is taken, or it does not become ready; nothing is left then.
 */
export async function startTestbed(options: StartOptions = {}): Promise<Testbed> {
  const { build = true, log = () => {}, timeoutMs = READY_TIMEOUT_MS, detached = false } = options;
  const layout = layoutOf(options.name ?? `test-${randomBytes(4).toString('hex')}`, stateFolder());
  const problem = await whyNoTestbed({ build });
  if (problem !== null) throw new Error(problem);
  if (build) await ensureParts({ log, signal: options.signal });
  const images = [...(await ensureBaseImages()), ...(options.images ?? [])];
  const child = await whileNobodyStarts(options.signal, async () => {
    await sweep();
    if (await isRunning(layout)) throw new Error(`a testbed named ${layout.name} is running`);
    return launch(layout, { images, apiPort: options.apiPort ?? 0, detached });
  });
  try {
    const limits = [AbortSignal.timeout(timeoutMs), ...(options.signal === undefined ? [] : [options.signal])];
    const status = await waitUntilReady(layout, child, AbortSignal.any(limits));
    if (detached) child.unref();
    return openTestbed(layout, status);
  } catch (error) {
    await removeTestbed(layout);
    throw error;
  }
}
