/** What a rule asks of one field: Kong's validators. All that are given must hold. */
export interface Match {
  readonly eq?: unknown;
  readonly ne?: unknown;
  readonly one_of?: readonly unknown[];
  readonly not_one_of?: readonly unknown[];
  readonly required?: boolean;
  readonly gt?: number;
  readonly between?: readonly [number, number];
  readonly len_eq?: number;
  readonly len_min?: number;
}

/** The first thing wrong with a value, in Kong's words, or `null`. An unset value passes all but `eq`, `ne` and `required`. */
export function matchProblem(match: Match, given: unknown): string | null {
  const value = given === undefined ? null : given;
  if ('ne' in match && value === match.ne) return `value must not be ${String(match.ne)}`;
  if ('eq' in match && value !== match.eq) return `value must be ${String(match.eq)}`;
  if (value === null) return match.required === true ? 'required field missing' : null;
  if (match.not_one_of?.includes(value)) return `must not be one of: ${match.not_one_of.join(', ')}`;
  if (match.one_of !== undefined && !match.one_of.includes(value)) return `expected one of: ${match.one_of.join(', ')}`;
  return numberProblem(match, value) ?? lengthProblem(match, value);
}

function numberProblem(match: Match, value: unknown): string | null {
  if (typeof value !== 'number') return null;
  if (match.gt !== undefined && value <= match.gt) return `value must be greater than ${match.gt}`;
  const [least, most] = match.between ?? [value, value];
  return value < least || value > most ? `value should be between ${least} and ${most}` : null;
}

function lengthProblem(match: Match, value: unknown): string | null {
  if (typeof value !== 'string' && !Array.isArray(value)) return null;
  if (match.len_eq !== undefined && value.length !== match.len_eq) return `length must be ${match.len_eq}`;
  return match.len_min !== undefined && value.length < match.len_min ? `length must be at least ${match.len_min}` : null;
}
