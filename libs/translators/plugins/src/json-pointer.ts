import { isRecord } from '@gibbon/k8s-types';

type Json = Record<string, unknown> | unknown[];

/**
 * A copy of a document with a value added at a JSON pointer (RFC 6901), as the operation `add` of RFC 6902 does; missing
 * objects on the way are made. The empty pointer replaces the document.
 * @returns `null` when something on the way is neither an object nor a list.
 */
export function addAtPointer(document: unknown, pointer: string, value: unknown): { readonly document: unknown } | null {
  if (pointer === '') return { document: value };
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.pop() as string;
  const root = copy(document);
  if (root === null) return null;
  let parent: Json = root;
  for (const token of tokens) {
    const child = copy(childOf(parent, token) ?? {});
    if (child === null || !set(parent, token, child, false)) return null;
    parent = child;
  }
  return set(parent, last, value, true) ? { document: root } : null;
}

function copy(value: unknown): Json | null {
  if (Array.isArray(value)) return [...(value as unknown[])];
  return isRecord(value) ? { ...value } : null;
}

function childOf(parent: Json, token: string): unknown {
  if (Array.isArray(parent)) return /^\d+$/.test(token) ? parent[Number(token)] : undefined;
  return Object.hasOwn(parent, token) ? parent[token] : undefined;
}

/** @param insert whether a value at a position of a list moves what stands there. */
function set(parent: Json, token: string, value: unknown, insert: boolean): boolean {
  if (!Array.isArray(parent)) {
    Object.defineProperty(parent, token, { value, writable: true, enumerable: true, configurable: true });
    return true;
  }
  const position = token === '-' ? parent.length : Number(token);
  if (!/^(?:\d+|-)$/.test(token) || position > parent.length) return false;
  parent.splice(position, insert ? 0 : 1, value);
  return true;
}
