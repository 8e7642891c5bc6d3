/** One member of a tar archive, without its contents. */
export interface TarMember {
  /** Path without a leading slash, e.g. `usr/bin/node`. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  /** Permission bits, e.g. `0o755`. */
  readonly mode: number;
  readonly sizeBytes: number;
  readonly userId: number;
  readonly groupId: number;
  /** Where a symbolic link points. */
  readonly target?: string;
}

const BLOCK = 512;
const TYPE_FLAGS = { file: '0', folder: '5', link: '2' } as const;
/** Extended header: records that hold for the next member. */
const EXTENDED = 'x';

/** The two empty blocks that end an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Zeros that fill up the last block of a member of this size. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

/**
 * The header of a member; its contents and {@link tarPadding} follow. Times are zero, so that equal members are equal bytes.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
export function tarHeader(member: TarMember): Buffer {
  const path = member.type === 'folder' ? `${member.path}/` : member.path;
  const records: string[] = [];
  if (Buffer.byteLength(path) > 100) records.push(paxRecord('path', path));
  if (Buffer.byteLength(member.target ?? '') > 100) records.push(paxRecord('linkpath', member.target ?? ''));
  if (member.sizeBytes > 0o7777_7777_777) records.push(paxRecord('size', String(member.sizeBytes)));
  const header = block({ ...member, path }, TYPE_FLAGS[member.type]);
  if (records.length === 0) return header;
  const extension = Buffer.from(records.join(''));
  const extended = block({ path: 'pax', mode: 0o644, sizeBytes: extension.length, userId: 0, groupId: 0 }, EXTENDED);
  return Buffer.concat([extended, extension, tarPadding(extension.length), header]);
}

function block(member: Omit<TarMember, 'type'>, flag: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  writeText(header, member.path, 0, 100);
  writeOctal(header, member.mode, 100, 8);
  writeOctal(header, member.userId, 108, 8);
  writeOctal(header, member.groupId, 116, 8);
  writeOctal(header, Math.min(member.sizeBytes, 0o7777_7777_777), 124, 12);
  writeOctal(header, 0, 136, 12);
  // The checksum is taken with blanks in its own place.
  header.fill(' ', 148, 156);
  header.write(flag, 156, 'latin1');
  writeText(header, member.target ?? '', 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function writeText(header: Buffer, text: string, offset: number, length: number): void {
  Buffer.from(text).copy(header, offset, 0, length);
}

function writeOctal(header: Buffer, value: number, offset: number, length: number): void {
  header.write(value.toString(8).padStart(length - 1, '0'), offset, length - 1, 'latin1');
}

/** `LENGTH key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${length} ${key}=${value}\n`;
}
