/** What is asked for. */
export interface Question {
  /** Parts of the path behind that of the endpoint, decoded; none where the endpoint is the whole path. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers GET and HEAD under one path. */
export interface Endpoint {
  /** As in `/debug/targets`; `/debug/objects/*` also has everything below. */
  readonly path: string;
  answer(question: Question): Answer | Promise<Answer>;
}

/** An answer in plain text; a line end is added. */
export function text(status: number, line: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/** An answer in JSON, indented for people with curl. */
export function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value, null, 2)}\n` };
}

/** The endpoint of a path with what follows it, or `null`. Paths are compared as they are, but for encoded characters below `/*`. */
export function findEndpoint(
  endpoints: readonly Endpoint[],
  path: string,
): { readonly endpoint: Endpoint; readonly rest: readonly string[] } | null {
  for (const endpoint of endpoints) {
    if (endpoint.path === path) return { endpoint, rest: [] };
    const base = endpoint.path.endsWith('/*') ? endpoint.path.slice(0, -1) : null;
    if (base === null || !path.startsWith(base)) continue;
    const rest = decoded(path.slice(base.length));
    return rest === null ? null : { endpoint, rest };
  }
  return null;
}

function decoded(path: string): string[] | null {
  try {
    return path.split('/').map((part) => decodeURIComponent(part));
  } catch {
    return null;
  }
}
