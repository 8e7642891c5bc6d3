/**
 * Just enough of ASN.1's distinguished encoding (X.690) to write one certificate. A library for certificates brings a
 * container, decorators' metadata and 100 ms of loading along, for what is written once per process.
 */

/** Tags of the universal class that certificates use, and the context-specific ones by number. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  generalizedTime: 0x18,
} as const;

/** A tag, the length and the contents joined. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length, ...digits]), content]);
}

/** A context-specific tag; `constructed` when it holds other elements. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** An object identifier from its dotted text. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    bytes.push(...digits);
  }
  return element(TAG.objectId, Buffer.from(bytes));
}

/** A date as GeneralizedTime, to the second. */
export function generalizedTime(date: Date): Buffer {
  return element(TAG.generalizedTime, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, ''), 'latin1'));
}

/** A bit string without unused bits. */
export function bitString(bytes: Uint8Array): Buffer {
  return element(TAG.bitString, Buffer.from([0]), bytes);
}

/** A PEM block. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
