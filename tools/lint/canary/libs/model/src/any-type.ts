// expect: typescript(no-explicit-any)

/** Anything. */
export const anything: any = 1;
