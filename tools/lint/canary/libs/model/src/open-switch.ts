// expect: typescript(switch-exhaustiveness-check)

/** Forgets a case: found only with types. */
export function describe(color: 'red' | 'green'): string {
  switch (color) {
    case 'red':
      return 'warm';
  }
  return 'cold';
}
