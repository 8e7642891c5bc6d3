let cachedSecond = -1;
let cachedText = '';

/**
 * A time as HTTP writes it (IMF-fixdate), e.g. `Sun, 06 Nov 1994 08:49:37 GMT`. The last second asked for is remembered.
 * @param wallMs milliseconds since the epoch.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function httpDate(wallMs: number): string {
  const second = Math.floor(wallMs / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = new Date(second * 1000).toUTCString();
  }
  return cachedText;
}
