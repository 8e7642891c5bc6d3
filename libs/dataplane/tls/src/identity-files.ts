import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { codeOf, GatewayError } from '@gibbon/contracts/errors';
import type { Disposable } from '@gibbon/contracts/module';
import type { Clock, Logger } from '@gibbon/contracts/services';
import { checkIdentity, type TlsIdentity } from './tls-identity.ts';

/** Files (PEM) of a server's TLS. */
export interface IdentityFiles {
  readonly cert: string;
  readonly key: string;
  /** Authorities of the certificates that clients must have; `null`: clients need none. */
  readonly clientCa: string | null;
}

/** What a server proves itself with, and whom it lets in. PEM. */
export interface ServerCredentials extends TlsIdentity {
  readonly clientCa: string | null;
}

/** What {@link WatchedIdentity} works with. */
export interface WatchedIdentityOptions {
  readonly files: IdentityFiles;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often the files are looked at, milliseconds. Default 10 000: mounted Secrets change with a minute's delay anyway. */
  readonly periodMs?: number;
}

/**
 * Reads the files.
 * @throws GatewayError `GW_TLS_FILES` that names every file that is missing, not readable, or not what it should be.
 */
export function readIdentityFiles({ cert, key, clientCa }: IdentityFiles): ServerCredentials {
  const problems: string[] = [];
  const read = (what: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      const reason = codeOf(cause) === 'ENOENT' ? 'there is no such file' : ((cause as Error).message ?? String(cause));
      problems.push(`cannot read the ${what} ${path}: ${reason}`);
      return '';
    }
  };
  const credentials = {
    cert: read('certificate', cert),
    key: read('key', key),
    clientCa: clientCa === null ? null : read("authorities of clients' certificates", clientCa),
  };
  if (problems.length === 0) {
    const problem = checkIdentity(credentials);
    if (problem !== null) problems.push(`${problem.field === 'cert' ? cert : key}: ${problem.message}`);
    if (credentials.clientCa !== null && !holdsCertificates(credentials.clientCa)) {
      problems.push(`${clientCa}: not PEM certificates: expected -----BEGIN CERTIFICATE-----`);
    }
  }
  if (problems.length > 0) throw new GatewayError('GW_TLS_FILES', problems.join('; '), { source: 'config' });
  return credentials;
}

/** The credentials in files that may be replaced while the server runs. What cannot be used is logged, and the last good ones stay. */
export class WatchedIdentity implements Disposable {
  readonly #options: WatchedIdentityOptions;
  readonly #timer: Disposable;
  readonly #listeners = new Set<(credentials: ServerCredentials) => void>();
  #current: ServerCredentials;
  #problem = '';

  /** @throws GatewayError `GW_TLS_FILES` as {@link readIdentityFiles}. */
  constructor(options: WatchedIdentityOptions) {
    this.#options = options;
    this.#current = readIdentityFiles(options.files);
    this.#timer = options.clock.every(options.periodMs ?? 10_000, () => this.#look());
  }

  get current(): ServerCredentials {
    return this.#current;
  }

  /** Calls `changed` with each new set of credentials. */
  onChange(changed: (credentials: ServerCredentials) => void): void {
    this.#listeners.add(changed);
  }

  async dispose(): Promise<void> {
    this.#listeners.clear();
    await this.#timer.dispose();
  }

  #look(): void {
    const { files, log } = this.#options;
    try {
      const read = readIdentityFiles(files);
      this.#problem = '';
      if (read.cert === this.#current.cert && read.key === this.#current.key && read.clientCa === this.#current.clientCa) return;
      this.#current = read;
      for (const changed of this.#listeners) changed(read);
      log.info({ file: files.cert }, 'read new certificates');
    } catch (err) {
      const problem = err instanceof Error ? err.message : String(err);
      if (problem !== this.#problem) log.error({ err }, 'new certificates cannot be used; the last good ones stay');
      this.#problem = problem;
    }
  }
}

function holdsCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).subject !== null);
  } catch {
    return false;
  }
}
