import type { Endpoint } from './message.ts';

/** Endpoints by path pattern (`/upstreams/{upstream}/health`), then by method. */
export type Endpoints = Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;

/** What a path leads to. */
export interface Match {
  readonly methods: Readonly<Record<string, Endpoint>>;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds endpoints by path. A literal segment wins over a placeholder. */
export class EndpointTable {
  readonly #entries: readonly { readonly segments: readonly string[]; readonly methods: Readonly<Record<string, Endpoint>> }[];

  constructor(endpoints: Endpoints) {
    this.#entries = Object.entries(endpoints)
      .map(([path, methods]) => ({ segments: path.split('/').slice(1), methods }))
      .sort((a, b) => placeholders(a.segments) - placeholders(b.segments));
  }

  /** All path patterns, sorted. */
  get paths(): readonly string[] {
    return this.#entries.map(({ segments }) => `/${segments.join('/')}`).sort();
  }

  /** @param path encoded, without query. @returns `null` for an unknown path. */
  find(path: string): Match | null {
    const segments = path === '/' ? [''] : path.replace(/\/$/, '').split('/').slice(1);
    for (const entry of this.#entries) {
      const params = matchSegments(entry.segments, segments);
      if (params !== null) return { methods: entry.methods, params };
    }
    return null;
  }
}

/** Methods that a path takes, as `Allow` lists them. */
export function allowed(methods: Readonly<Record<string, Endpoint>>): string {
  const names = new Set([...Object.keys(methods), 'OPTIONS', ...('GET' in methods ? ['HEAD'] : [])]);
  return [...names].sort().join(', ');
}

function placeholders(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const given = decode(segments[index] ?? '');
    if (given === null) return null;
    if (wanted.startsWith('{')) params[wanted.slice(1, -1)] = given;
    else if (wanted !== given) return null;
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
