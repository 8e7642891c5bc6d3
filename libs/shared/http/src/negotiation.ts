/** A format in which an error body can be written. */
export type ErrorFormat = 'json' | 'html' | 'xml' | 'plain';

const FORMATS: Readonly<Record<string, ErrorFormat>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/html': 'html',
  'application/xml': 'xml',
  'text/plain': 'plain',
  'text/*': 'plain',
};

/** One element of Accept: media range, then parameters, of which `q` has at most three decimals. */
const MEDIA_RANGE = /^\s*((?:[a-z0-9][\w!#$&^+.-]*|\*)\/(?:[a-z0-9][\w!#$&^+.-]*|\*))\s*((?:;[^;]*)*)$/i;
const QUALITY = /;\s*q=(1(?:\.0{0,3})?|0(?:\.\d{0,3})?)\s*(?:;|$)/i;

/**
 * Chooses the format of an error body: the media range of highest quality wins, the first of equals; one that is not
 * supported, or an unreadable header, falls back to JSON.
 * @param accept the Accept field, several fields joined by commas; `null` when absent.
 * @example errorFormat('text/html, application/json;q=0.9') // 'html'
 */
export function errorFormat(accept: string | null): ErrorFormat {
  if (accept === null || accept === '*/*') return 'json';
  let best: ErrorFormat = 'json';
  let bestQuality = 0;
  for (const element of accept.split(',')) {
    const match = MEDIA_RANGE.exec(element);
    if (match === null) continue;
    const quality = qualityOf(match[2] ?? '');
    if (quality <= bestQuality) continue;
    bestQuality = quality;
    best = FORMATS[(match[1] ?? '').toLowerCase()] ?? 'json';
  }
  return best;
}

function qualityOf(parameters: string): number {
  if (parameters === '') return 1;
  const match = QUALITY.exec(parameters);
  return match === null ? 1 : Number(match[1]);
}
