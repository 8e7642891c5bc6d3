/** The configuration value of request-transformer's `replace.uri`, or what is wrong with a template. */
export type RewriteTemplate = { readonly ok: true; readonly uri: string } | { readonly ok: false; readonly problem: string };

/**
 * Translates a template of `konghq.com/rewrite`: `$1` is the first capture of the path's regular expression, `\$` a plain
 * `$`. An empty template is `/`.
 */
export function rewriteUri(template: string): RewriteTemplate {
  let uri = '';
  for (let position = 0; position < template.length; position++) {
    const character = template[position] as string;
    if (character === '$') {
      const capture = /^\d+/.exec(template.slice(position + 1))?.[0];
      if (capture === undefined) return unexpected(template, position + 1);
      uri += `$(uri_captures[${capture}])`;
      position += capture.length;
    } else if (character === '\\') {
      if (template[position + 1] !== '$') return unexpected(template, position + 1);
      uri += '$';
      position++;
    } else uri += character;
  }
  return { ok: true, uri: uri === '' ? '/' : uri };
}

function unexpected(template: string, position: number): RewriteTemplate {
  const character = template[position];
  return { ok: false, problem: character === undefined ? 'unexpected end of string' : `unexpected ${character} at pos ${position}` };
}
