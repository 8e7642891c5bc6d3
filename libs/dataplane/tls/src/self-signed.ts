import { createCertificate } from '@gibbon/x509';
import type { TlsIdentity } from './tls-identity.ts';

/** What to put into a self-signed certificate. */
export interface SelfSignedOptions {
  /** DNS names and IP addresses; the first is the common name. Default `['localhost', '127.0.0.1', '::1']`. */
  readonly names?: readonly string[];
  /** Milliseconds since the epoch. Default now. */
  readonly nowMs?: number;
  /** Default 20 years, as Kong's default certificate. */
  readonly days?: number;
}

const DAY_MS = 86_400_000;

/** Makes what a listener shows to clients that name no known server: a self-signed P-256 certificate. Takes about a millisecond. */
export function selfSignedCertificate(options: SelfSignedOptions = {}): TlsIdentity {
  const { names = ['localhost', '127.0.0.1', '::1'], nowMs = Date.now(), days = 7300 } = options;
  // A day back: clocks of clients may be behind.
  return createCertificate({ names, notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + days * DAY_MS });
}
