// expect: unicorn(filename-case)

/** Camel case. */
export const camel = 1;
