import { KONG_PREFIX, type Annotation } from './annotation.ts';

/** Items of a comma-separated text: trimmed, empty ones dropped. */
export function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `true` and `false`, in any case. */
export function parseBoolean(text: string): boolean | null {
  const lower = text.trim().toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : null;
}

/** A decimal integer without a fraction. */
export function parseInteger(text: string): number | null {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** An annotation under `konghq.com` with a boolean. */
export function booleanAnnotation(name: string): Annotation<boolean> {
  return { key: `${KONG_PREFIX}/${name}`, expected: '"true" or "false"', parse: parseBoolean };
}

/** An annotation under `konghq.com` with an integer from `min` to `max`. */
export function integerAnnotation(name: string, unit: string, min: number, max: number): Annotation<number> {
  return {
    key: `${KONG_PREFIX}/${name}`,
    expected: `${unit} from ${min} to ${max}`,
    parse(text) {
      const value = parseInteger(text);
      return value !== null && value >= min && value <= max ? value : null;
    },
  };
}

/** An annotation under `konghq.com` with text that must match a pattern. */
export function textAnnotation(name: string, expected: string, pattern: RegExp = /./): Annotation<string> {
  return { key: `${KONG_PREFIX}/${name}`, expected, parse: (text) => (pattern.test(text) ? text : null) };
}

/** An annotation under `konghq.com` with a comma-separated list; one item that does not match refuses the whole. */
export function listAnnotation(name: string, expected: string, pattern: RegExp = /./): Annotation<readonly string[]> {
  return {
    key: `${KONG_PREFIX}/${name}`,
    expected,
    parse(text) {
      const items = splitList(text);
      return items.every((item) => pattern.test(item)) ? items : null;
    },
  };
}
