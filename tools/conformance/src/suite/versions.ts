/** The suite that is run: the newest that the Go of a testbed builds. Releases without the `v`. */
export const SUITE_VERSION = '1.6.3';

/** Releases whose definitions are installed, the first that is to be had. The suite is told that they may be newer than itself. */
export const DEFINITIONS_VERSIONS: readonly string[] = ['1.7.0', SUITE_VERSION];
