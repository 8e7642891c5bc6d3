// expect: typescript(no-floating-promises)

/** Loses the error of a promise: found only with types. */
export function lose(work: () => Promise<void>): void {
  work();
}
