/** The suite that is run: the newest that the Go of a testbed builds. Releases without the `v`. */
export const SUITE_VERSION = '1.6.3';

/** Definitions of the Gateway API: a release without the `v`, and what of it. */
export interface Definitions {
  readonly version: string;
  readonly channel: 'standard' | 'experimental';
}

/**
 * What is installed, the first that is to be had. The suite is told that it may be newer than itself; what is tested and standard in
 * the newest is partly experimental in the suite's own release.
 */
export const DEFINITIONS: readonly Definitions[] = [
  { version: '1.7.0', channel: 'standard' },
  { version: SUITE_VERSION, channel: 'experimental' },
];
