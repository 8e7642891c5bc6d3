/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`.
 * @returns `null` where the text lacks the markers.
 */
export function replaceMarked(text: string, name: string, content: string): string | null {
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start === -1 || end < start) return null;
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}
