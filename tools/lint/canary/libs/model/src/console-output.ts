// expect: eslint(no-console)

/** Said aloud. */
export const text = 'hello';
console.log(text);
