import { splitHostPort } from '@gibbon/net';

/** Kong's port for targets that name none. */
const DEFAULT_PORT = 8000;

/** Where a target is. */
export interface TargetAddress {
  /** IP address without brackets, or a name. */
  readonly host: string;
  readonly port: number;
}

/** Reads `host`, `host:port`, `[v6]` or `[v6]:port`. @returns `null` when it is none of them. */
export function parseTarget(text: string): TargetAddress | null {
  const parts = splitHostPort(text);
  return parts === null ? null : { host: parts.host.toLowerCase(), port: parts.port ?? DEFAULT_PORT };
}
