// expect: gibbon(erasable-syntax)

/** Not erasable. */
export class Point {
  constructor(readonly x: number) {}
}
