// expect: eslint(max-params)

/** Five positional parameters. */
export function many(a: number, b: number, c: number, d: number, e: number): number {
  return a + b + c + d + e;
}
