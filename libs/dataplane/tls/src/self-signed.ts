import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import type { TlsIdentity } from './tls-identity.ts';
import { bitString, contextTag, element, generalizedTime, objectId, pem, TAG } from './der.ts';

/** What to put into a self-signed certificate. */
export interface SelfSignedOptions {
  /** DNS names and IPv4 addresses; the first is the common name. Default `['localhost', '127.0.0.1']`. */
  readonly names?: readonly string[];
  /** Milliseconds since the epoch. Default now. */
  readonly nowMs?: number;
  /** Default 20 years, as Kong's default certificate. */
  readonly days?: number;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/**
 * Makes a self-signed P-256 certificate: what a listener shows to clients that name no known server. Takes about a millisecond.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSignedCertificate(options: SelfSignedOptions = {}): TlsIdentity {
  const { names = ['localhost', '127.0.0.1'], nowMs = Date.now(), days = 7300 } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = element(TAG.sequence, objectId(ECDSA_WITH_SHA256));
  const commonName = element(TAG.sequence, objectId(COMMON_NAME), element(TAG.utf8String, Buffer.from(names[0] ?? 'localhost')));
  const name = element(TAG.sequence, element(TAG.set, commonName));
  const toBeSigned = element(
    TAG.sequence,
    element(contextTag(0, true), element(TAG.integer, Buffer.from([2]))),
    element(TAG.integer, serialNumber()),
    algorithm,
    name,
    element(TAG.sequence, generalizedTime(new Date(nowMs - DAY_MS)), generalizedTime(new Date(nowMs + days * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(contextTag(3, true), extensions(names)),
  );
  const certificate = element(TAG.sequence, toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, privateKey)));
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** 128 random bits, positive. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

function extensions(names: readonly string[]): Buffer {
  const alternatives = names.map((name) =>
    isIP(name) === 4
      ? element(contextTag(7, false), Buffer.from(name.split('.').map(Number)))
      : element(contextTag(2, false), Buffer.from(name, 'latin1')),
  );
  const extension = (id: string, value: Buffer): Buffer => element(TAG.sequence, objectId(id), element(TAG.octetString, value));
  return element(
    TAG.sequence,
    extension(BASIC_CONSTRAINTS, element(TAG.sequence)),
    extension(EXTENDED_KEY_USAGE, element(TAG.sequence, objectId(SERVER_AUTH))),
    extension(SUBJECT_ALT_NAME, element(TAG.sequence, ...alternatives)),
  );
}
