/** Everything was done. */
export const EXIT_OK = 0;
/** It could not be done, or it was done with problems. */
export const EXIT_FAILED = 1;
/** The command line cannot be used; the usual meaning of 2. */
export const EXIT_USAGE = 2;
