/** A format of bodies that plugins read and edit. */
export type BodyFormat = 'form' | 'json' | 'multipart';

/** Largest request or response body that plugins hold in memory to read or edit it; a larger one is left as it is. */
export const BODY_LIMIT_BYTES = 8_388_608;

/** The format that a Content-Type names, or `null`. */
export function bodyFormatOf(contentType: string | null): BodyFormat | null {
  if (contentType === null) return null;
  const lower = contentType.toLowerCase();
  if (lower.includes('application/json')) return 'json';
  if (lower.includes('multipart/form-data')) return 'multipart';
  return lower.includes('application/x-www-form-urlencoded') ? 'form' : null;
}
