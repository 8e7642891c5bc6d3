// expect: eslint(max-depth)

/** Nests five blocks. */
export function nest(list: readonly number[]): number {
  let sum = 0;
  for (const a of list) {
    if (a > 1) {
      for (const b of list) {
        if (b > 1) {
          if (a > b) sum += 1;
          else {
            while (sum < 3) sum += 1;
          }
        }
      }
    }
  }
  return sum;
}
