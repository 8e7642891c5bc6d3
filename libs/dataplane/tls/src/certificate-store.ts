import type { SecureContext } from 'node:tls';
import type { Certificate, Sni } from '@gibbon/contracts/entities';
import { serverContext } from './server-context.ts';
import { checkIdentity, type TlsIdentity } from './tls-identity.ts';

/** An entity that is left out, and why. Shaped like a publisher's rejection. */
export interface CertificateRejection {
  readonly type: 'certificates' | 'snis';
  readonly id: string;
  /** Field of the entity. */
  readonly field: string;
  readonly message: string;
}

/** Settings of a {@link CertificateStore}. */
export interface CertificateStoreOptions {
  /** Shown when no certificate is configured for the name, or the client sends none. */
  readonly fallback: TlsIdentity;
  /** See {@link serverContext}. Default `null`. */
  readonly ticketKeys?: Buffer | null;
}

/** One certificate entity; its context is made when first asked for. */
class StoredCertificate {
  readonly certificate: Certificate;
  #context: SecureContext | null = null;

  constructor(certificate: Certificate) {
    this.certificate = certificate;
  }

  sameAs(other: Certificate): boolean {
    const { cert, key, cert_alt: certAlt, key_alt: keyAlt } = this.certificate;
    return cert === other.cert && key === other.key && certAlt === other.cert_alt && keyAlt === other.key_alt;
  }

  context(ticketKeys: Buffer | null): SecureContext {
    return (this.#context ??= serverContext(identitiesOf(this.certificate), ticketKeys));
  }
}

/**
 * Certificates by server name. Lives as long as the worker: `update` swaps the tables, and contexts whose certificate
 * and key did not change are kept, with the sessions they hold.
 *
 * Look-up follows Kong: the exact name, its first label replaced by `*` (names of three labels and more), its last
 * label replaced by `*`, `*`, the default certificate. Ours beyond Kong's: a name with `:port` is for connections to that
 * port, and goes before the same name without.
 * @see https://developer.konghq.com/gateway/entities/sni/
 */
export class CertificateStore {
  readonly #ticketKeys: Buffer | null;
  readonly #fallback: SecureContext;
  #byId: ReadonlyMap<string, StoredCertificate> = new Map();
  #byName: ReadonlyMap<string, StoredCertificate> = new Map();
  /** Whether some name is for one port alone. */
  #knowsPorts = false;

  /** Throws when the fallback is no valid PEM. */
  constructor({ fallback, ticketKeys = null }: CertificateStoreOptions) {
    this.#ticketKeys = ticketKeys;
    this.#fallback = serverContext([fallback], ticketKeys);
  }

  /**
   * Takes a configuration: once per change. New certificates are parsed, the others compared.
   * @returns what was left out; everything else is served from now on.
   */
  update(certificates: Iterable<Certificate>, snis: Iterable<Sni>): readonly CertificateRejection[] {
    const rejections: CertificateRejection[] = [];
    const byId = new Map<string, StoredCertificate>();
    const refused = new Set<string>();
    for (const certificate of certificates) {
      const known = this.#byId.get(certificate.id);
      if (known?.sameAs(certificate) === true) byId.set(certificate.id, known);
      else if (accept(certificate, rejections)) byId.set(certificate.id, new StoredCertificate(certificate));
      else refused.add(certificate.id);
    }
    const byName = new Map<string, StoredCertificate>();
    for (const { id, name, certificate } of snis) {
      const stored = byId.get(certificate.id);
      if (stored !== undefined) byName.set(name.toLowerCase(), stored);
      // A name whose certificate was refused is not a second mistake.
      else if (!refused.has(certificate.id)) {
        rejections.push({
          type: 'snis',
          id,
          field: 'certificate',
          message: `'${name}' refers to certificate ${certificate.id}, which does not exist`,
        });
      }
    }
    this.#byId = byId;
    this.#byName = byName;
    this.#knowsPorts = byName.keys().some((name) => name.includes(':'));
    return rejections;
  }

  /** The context for a handshake; once or twice per handshake. `null`: the client sent no name. @param port that the client connected to. */
  contextFor(servername: string | null, port: number): SecureContext {
    if (servername === null || this.#byName.size === 0) return this.#fallback;
    return this.#find(servername.toLowerCase(), port)?.context(this.#ticketKeys) ?? this.#fallback;
  }

  /** Id of the certificate entity that serves a name; `null` for the default certificate. For diagnostics. */
  certificateIdFor(servername: string | null, port: number): string | null {
    return servername === null ? null : (this.#find(servername.toLowerCase(), port)?.certificate.id ?? null);
  }

  #find(name: string, port: number): StoredCertificate | null {
    const exact = this.#named(name, port);
    if (exact !== undefined) return exact;
    const firstDot = name.indexOf('.');
    const lastDot = name.lastIndexOf('.');
    if (firstDot !== lastDot) {
      const byFirst = this.#named(`*${name.slice(firstDot)}`, port);
      if (byFirst !== undefined) return byFirst;
    }
    const byLast = lastDot === -1 ? undefined : this.#named(`${name.slice(0, lastDot)}.*`, port);
    return byLast ?? this.#named('*', port) ?? null;
  }

  #named(name: string, port: number): StoredCertificate | undefined {
    return (this.#knowsPorts ? this.#byName.get(`${name}:${port}`) : undefined) ?? this.#byName.get(name);
  }
}

function identitiesOf({ cert, key, cert_alt: certAlt, key_alt: keyAlt }: Certificate): TlsIdentity[] {
  const identities = [{ cert, key }];
  if (certAlt !== null && keyAlt !== null) identities.push({ cert: certAlt, key: keyAlt });
  return identities;
}

function accept(certificate: Certificate, rejections: CertificateRejection[]): boolean {
  let good = true;
  for (const [i, identity] of identitiesOf(certificate).entries()) {
    const problem = checkIdentity(identity);
    if (problem === null) continue;
    good = false;
    rejections.push({
      type: 'certificates',
      id: certificate.id,
      field: i === 0 ? problem.field : `${problem.field}_alt`,
      message: problem.message,
    });
  }
  return good;
}
