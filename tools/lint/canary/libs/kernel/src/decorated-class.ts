// expect: gibbon(erasable-syntax)
const seal = (_target: unknown, _context: unknown): void => {};

@seal
export class Sealed {
  readonly field = 1;
}
