// expect: gibbon(file-name)

/** Says nothing. */
export const text = '';
