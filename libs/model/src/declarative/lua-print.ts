/** Prints plain data as Kong's messages do: a Lua table without spaces, keys sorted, lists as `{a,b}`. */
export function printLua(value: unknown): string {
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (typeof value !== 'object' || value === null) return String(value ?? 'nil');
  if (Array.isArray(value)) return printList(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${/^[A-Za-z_]\w*$/.test(key) ? key : `["${key}"]`}=${printLua((value as Record<string, unknown>)[key])}`);
  return `{${fields.join(',')}}`;
}

/** Lists with holes name the position of every element. */
function printList(list: readonly unknown[]): string {
  const dense = !list.includes(null);
  const elements = list.flatMap((element, index) =>
    element === null ? [] : [dense ? printLua(element) : `[${index + 1}]=${printLua(element)}`],
  );
  return `{${elements.join(',')}}`;
}
