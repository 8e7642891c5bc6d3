import type { Clock, Logger, Random } from '@gibbon/contracts/services';
import type { ObjectChange } from '@gibbon/contracts/source';
import { pause, rbacAdvice, Reflector, type ApiError, type KubeClient, type Selection } from '@gibbon/k8s-client';

/** What a {@link SliceFeed} works with. */
export interface SliceFeedOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where, and by which labels. */
  readonly selection: Selection;
  /** Called for each piece of changes. */
  readonly apply: (changes: readonly ObjectChange[]) => void;
}

const SLICES = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };
/** A server that starts does not serve everything at once. */
const ABSENT_MS = 1000;

/** Follows EndpointSlices until it is told to end, whatever happens to the server; says once what keeps it from that. */
export class SliceFeed {
  readonly #options: SliceFeedOptions;
  #failure = '';

  constructor(options: SliceFeedOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, clock, random, selection, apply } = this.#options;
    const reflector = new Reflector({
      client,
      clock,
      random,
      kind: 'EndpointSlice',
      selection,
      handler: {
        apply,
        synced: () => {},
        failing: (error) => this.#failing(error),
        recovered: () => this.#recovered(),
      },
    });
    while (!signal.aborted) if ((await reflector.run(SLICES, signal)) === 'absent') await pause(clock, ABSENT_MS, signal);
  }

  #failing(error: ApiError): void {
    if (this.#failure === error.message) return;
    this.#failure = error.message;
    const { logger, selection } = this.#options;
    const { namespace = '' } = selection;
    const advice =
      error.code === 'GW_K8S_FORBIDDEN'
        ? { advice: rbacAdvice({ group: SLICES.group, resource: SLICES.plural, verbs: ['list', 'watch'], namespace }) }
        : {};
    logger.warn({ err: error, ...advice }, 'proxies cannot be looked for; those that are known stay');
  }

  #recovered(): void {
    this.#failure = '';
    this.#options.logger.info('proxies can be looked for again');
  }
}
