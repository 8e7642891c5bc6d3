// expect: gibbon(erasable-syntax)

/** Not erasable. */
export const before = 1;
namespace Inner {
  /** Inside. */
  export const inner = 1;
}
/** Uses it. */
export const after = Inner.inner;
