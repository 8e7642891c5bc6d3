import { canonicalIp } from './address.ts';
import { formatHostPort, splitHostPort } from './host-port.ts';

/** One entry of a listen setting. */
export interface ListenDirective {
  /** IP address, canonical, without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly ssl: boolean;
  readonly http2: boolean;
  /** Connections begin with a PROXY protocol header. */
  readonly proxyProtocol: boolean;
  readonly reusePort: boolean;
  /** `null`: the default. */
  readonly backlog: number | null;
  /** UDP instead of TCP; stream listeners only. */
  readonly udp: boolean;
}

/** What {@link parseListen} gives. */
export interface ListenResult {
  /** In the order written; empty for `off`. */
  readonly directives: readonly ListenDirective[];
  /** One sentence per part that is wrong; parts that are right are in `directives` all the same. */
  readonly problems: readonly string[];
}

const EXAMPLE = '127.0.0.1:8000 or [::1]:8443 ssl';
const SWITCHES = ['ssl', 'http2', 'proxy_protocol', 'reuseport', 'udp'] as const;
/** Known to Kong and without a meaning here: the operating system's defaults hold. */
const IGNORED = /^(?:deferred|bind|ipv6only=(?:on|off)|so_keepalive=\S+)$/;
const MAX_BACKLOG = 2147483647;

/**
 * Parses Kong's listen syntax: `off`, or comma-separated `address:port` with `ssl`, `http2`, `proxy_protocol`,
 * `reuseport`, `backlog=N`, `udp` (and `deferred`, `bind`, `ipv6only=`, `so_keepalive=`, which are accepted and do nothing).
 * `localhost` means 127.0.0.1.
 * @see https://developer.konghq.com/gateway/configuration/#proxy-listen
 */
export function parseListen(text: string): ListenResult {
  if (text.trim() === 'off') return { directives: [], problems: [] };
  const directives: ListenDirective[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const part of text.split(',')) {
    const directive = parsePart(part.trim(), problems);
    if (directive === null) continue;
    const key = `${directive.udp ? 'udp ' : ''}${formatHostPort(directive.host, directive.port)}`;
    if (directive.port !== 0 && seen.has(key)) problems.push(`'${part.trim()}': ${key} is listed twice`);
    else directives.push(directive);
    seen.add(key);
  }
  return { directives, problems };
}

function parsePart(part: string, problems: string[]): ListenDirective | null {
  if (part === '') return refuse(problems, `an entry is empty: separate entries by single commas, e.g. ${EXAMPLE}`);
  if (part === 'off') return refuse(problems, "'off' stands alone: leave it out, or remove the other entries");
  const [address = '', ...flags] = part.split(/\s+/);
  const found = splitHostPort(address);
  if (found === null || found.port === null)
    return refuse(problems, `'${part}': '${address}' is not address:port with a port up to 65535, e.g. ${EXAMPLE}`);
  const host = found.host === 'localhost' ? '127.0.0.1' : canonicalIp(found.host);
  if (host === null) return refuse(problems, `'${part}': '${found.host}' is not an IP address (0.0.0.0 stands for all), e.g. ${EXAMPLE}`);
  const before = problems.length;
  const backlog = checkFlags(part, flags, problems);
  if (problems.length > before) return null;
  const has = (flag: (typeof SWITCHES)[number]): boolean => flags.includes(flag);
  return {
    host,
    port: found.port,
    ssl: has('ssl'),
    http2: has('http2'),
    proxyProtocol: has('proxy_protocol'),
    reusePort: has('reuseport'),
    backlog,
    udp: has('udp'),
  };
}

function refuse(problems: string[], problem: string): null {
  problems.push(problem);
  return null;
}

/** @returns the backlog, or `null` when none is given. */
function checkFlags(part: string, flags: readonly string[], problems: string[]): number | null {
  let backlog: number | null = null;
  for (const flag of flags) {
    if ((SWITCHES as readonly string[]).includes(flag) || IGNORED.test(flag)) continue;
    if (!flag.startsWith('backlog=')) {
      problems.push(`'${part}': unknown flag '${flag}', expected ${SWITCHES.join(', ')} or backlog=NUMBER`);
      continue;
    }
    const digits = flag.slice('backlog='.length);
    backlog = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
    if (backlog < 1 || backlog > MAX_BACKLOG)
      problems.push(`'${part}': '${flag}' needs a number from 1 to ${MAX_BACKLOG}, e.g. backlog=16384`);
  }
  if (flags.includes('udp') && (flags.includes('ssl') || flags.includes('http2'))) {
    problems.push(`'${part}': udp cannot be combined with ssl or http2`);
  }
  return backlog;
}

/** Writes a directive in the syntax that {@link parseListen} reads, flags in Kong's order. */
export function formatListen(directive: ListenDirective): string {
  const parts = [formatHostPort(directive.host, directive.port)];
  if (directive.udp) parts.push('udp');
  if (directive.http2) parts.push('http2');
  if (directive.ssl) parts.push('ssl');
  if (directive.proxyProtocol) parts.push('proxy_protocol');
  if (directive.reusePort) parts.push('reuseport');
  if (directive.backlog !== null) parts.push(`backlog=${directive.backlog}`);
  return parts.join(' ');
}
