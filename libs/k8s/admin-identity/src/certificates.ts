import { X509Certificate } from 'node:crypto';
import { createCertificate, type Identity } from '@gibbon/x509';

/** Server name of the shared proxies that the controller finds by discovery: their addresses change, and say nothing. */
export const ADMIN_SERVER_NAME = 'proxy.gibbon.internal';

/**
 * Server name of the proxies of a plane. Each Gateway's have their own, so that whoever reads the key of his own cannot take the
 * place of another's, and no address can be passed off as one of another plane. @param plane by default the shared one.
 */
export function adminServerName(plane: string = ''): string {
  return plane === '' ? ADMIN_SERVER_NAME : `${plane}.${ADMIN_SERVER_NAME}`;
}

/** What one side of a connection proves itself with, and whom it trusts. PEM. */
export interface AdminCredentials {
  /** Authority of the other side's certificate. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Clocks of other machines may be behind. */
const BACKDATED_MS = DAY_MS;
/** As long as a cluster may live; who wants others sooner deletes the Secret. */
const LIFETIME_MS = 7300 * DAY_MS;
/** Certificates are replaced when they have less time left than this. */
const RENEWAL_MS = 90 * DAY_MS;

/** Makes an authority of its own. */
export function createAuthority(nowMs: number): Identity {
  return createCertificate({ names: [], commonName: 'Gibbon proxies', authority: true, ...validity(nowMs) });
}

/** A certificate by which proxies know the controller. Of no use to a server. */
export function issueController(authority: Identity, nowMs: number): Identity {
  return createCertificate({ names: [], commonName: 'gibbon-controller', purpose: 'client', issuer: authority, ...validity(nowMs) });
}

/** A certificate by which the controller knows a proxy. Of no use to a client: one proxy cannot configure another. */
export function issueServer(authority: Identity, nowMs: number, plane: string): Identity {
  return createCertificate({ names: [adminServerName(plane)], purpose: 'server', issuer: authority, ...validity(nowMs) });
}

/** Whether a certificate (PEM) is of this authority and good for some time. Anything that is no certificate is not. */
export function isGood(cert: string, authority: string, nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const issuer = new X509Certificate(authority);
    return (
      issuer.ca &&
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      certificate.validFromDate.getTime() <= nowMs &&
      certificate.validToDate.getTime() - nowMs >= RENEWAL_MS
    );
  } catch {
    return false;
  }
}

function validity(nowMs: number): { readonly notBeforeMs: number; readonly notAfterMs: number } {
  return { notBeforeMs: nowMs - BACKDATED_MS, notAfterMs: nowMs + LIFETIME_MS };
}
