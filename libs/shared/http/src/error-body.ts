import type { ErrorFormat } from './negotiation.ts';

/** Content-Type of an error body, by format. */
export const ERROR_CONTENT_TYPES: Readonly<Record<ErrorFormat, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  plain: 'text/plain; charset=utf-8',
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Kong's error body, byte for byte.
 * @param requestId 32 hexadecimal characters.
 * @see https://developer.konghq.com/gateway/configuration/#error-template-json
 */
export function errorBody(format: ErrorFormat, message: string, requestId: string): string {
  switch (format) {
    case 'json':
      return `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`;
    case 'plain':
      return `${message}\nrequest_id: ${requestId}\n`;
    case 'xml':
      return (
        `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>${escapeMarkup(message)}</message>\n` +
        `  <requestid>${requestId}</requestid>\n</error>`
      );
    case 'html':
      return htmlBody(escapeMarkup(message), requestId);
    default:
      return format satisfies never;
  }
}

function htmlBody(message: string, requestId: string): string {
  return (
    '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>\n  <body>\n' +
    `    <h1>Error</h1>\n    <p>${message}.</p>\n    <p>request_id: ${requestId}</p>\n  </body>\n</html>\n`
  );
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
