// expect: gibbon(erasable-syntax)

/** Not erasable. */
export const before = 1;
enum Color {
  Red,
}
/** Uses it. */
export const red = Color.Red;
