// expect: nothing

/** A value to import. */
export const value = 1;
