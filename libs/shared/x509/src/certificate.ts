import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { expandedIp } from '@gibbon/net';
import { bitString, contextTag, element, generalizedTime, objectId, pem, TAG } from './der.ts';

/** A certificate with its private key, PEM; the key as PKCS #8. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What to put into a certificate. */
export interface CertificateOptions {
  /** DNS names (with wildcards) and IP addresses: the subject alternative name. May be empty for authorities. */
  readonly names: readonly string[];
  /** Default: the first of the names. */
  readonly commonName?: string;
  /** Organisations in the subject; Kubernetes reads them as a client's groups. Not for authorities. Default none. */
  readonly organizations?: readonly string[];
  /** `ecdsa` is P-256 and takes a millisecond, `rsa` has 2048 bits and takes a hundred. Default `ecdsa`. */
  readonly keyType?: 'ecdsa' | 'rsa';
  /** Milliseconds since the epoch; the second is what is written. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** What the certificate may prove, RFC 5280 section 4.2.1.12. Not for authorities. Default `both`. */
  readonly purpose?: 'server' | 'client' | 'both';
  /** Makes a certificate authority rather than a server's certificate. Default false. */
  readonly authority?: boolean;
  /** An authority made by {@link createCertificate}; `null`, the default, makes a self-signed certificate. */
  readonly issuer?: Identity | null;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const TRUE = element(TAG.boolean, Buffer.from([0xff]));
const NULL = Buffer.from([0x05, 0]);
/** keyCertSign and cRLSign, in a bit string with one unused bit. */
const AUTHORITY_USAGE = element(TAG.bitString, Buffer.from([1, 0b0000_0110]));

/**
 * Makes a key pair and a certificate for it. Synchronous: for start-up and tests.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function createCertificate(options: CertificateOptions): Identity {
  const { issuer = null, commonName = options.names[0] ?? 'localhost' } = options;
  const { publicKey, privateKey } =
    options.keyType === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = issuer === null ? privateKey : createPrivateKey(issuer.key);
  const algorithm = algorithmOf(signingKey);
  const subject = nameOf(commonName, options.organizations);
  const toBeSigned = element(
    TAG.sequence,
    element(contextTag(0, true), element(TAG.integer, Buffer.from([2]))),
    element(TAG.integer, serialNumber()),
    algorithm,
    issuer === null ? subject : nameOf(commonNameOf(issuer)),
    element(TAG.sequence, generalizedTime(new Date(options.notBeforeMs)), generalizedTime(new Date(options.notAfterMs))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(contextTag(3, true), extensions(options)),
  );
  const certificate = element(TAG.sequence, toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signingKey)));
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

function algorithmOf(key: KeyObject): Buffer {
  // RFC 4055 wants the empty parameters of RSA written, RFC 5758 those of ECDSA left out.
  return key.asymmetricKeyType === 'rsa'
    ? element(TAG.sequence, objectId(OID.sha256WithRsa), NULL)
    : element(TAG.sequence, objectId(OID.ecdsaWithSha256));
}

function nameOf(commonName: string, organizations: readonly string[] = []): Buffer {
  const attribute = (id: string, text: string): Buffer =>
    element(TAG.set, element(TAG.sequence, objectId(id), element(TAG.utf8String, Buffer.from(text))));
  return element(TAG.sequence, ...organizations.map((name) => attribute(OID.organization, name)), attribute(OID.commonName, commonName));
}

function commonNameOf({ cert }: Identity): string {
  return new X509Certificate(cert).subject.replace(/^CN=/, '');
}

/** 128 random bits, positive. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

function extensions({ names, purpose = 'both', authority = false }: CertificateOptions): Buffer {
  const extension = (id: string, value: Buffer, critical = false): Buffer =>
    element(TAG.sequence, objectId(id), ...(critical ? [TRUE] : []), element(TAG.octetString, value));
  const list: Buffer[] = [extension(OID.basicConstraints, element(TAG.sequence, ...(authority ? [TRUE] : [])), true)];
  if (authority) list.push(extension(OID.keyUsage, AUTHORITY_USAGE, true));
  else list.push(extension(OID.extendedKeyUsage, element(TAG.sequence, ...usagesOf(purpose).map(objectId))));
  if (names.length > 0) list.push(extension(OID.subjectAltName, element(TAG.sequence, ...names.map(alternativeName))));
  return element(TAG.sequence, ...list);
}

function usagesOf(purpose: 'server' | 'client' | 'both'): readonly string[] {
  return [...(purpose === 'client' ? [] : [OID.serverAuth]), ...(purpose === 'server' ? [] : [OID.clientAuth])];
}

function alternativeName(name: string): Buffer {
  const family = isIP(name);
  if (family === 4) return element(contextTag(7, false), Buffer.from(name.split('.').map(Number)));
  if (family === 6) return element(contextTag(7, false), Buffer.from(expandedIp(name).replaceAll(':', ''), 'hex'));
  return element(contextTag(2, false), Buffer.from(name, 'latin1'));
}
