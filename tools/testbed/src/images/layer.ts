import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TAR_END, tarHeader, tarPadding, type TarMember } from './tar.ts';

/** Something in an image, at an absolute path there. */
export type ImageEntry = {
  readonly path: string;
  /** Permission bits; default those of the source, otherwise 0644, folders 0755. */
  readonly mode?: number;
  /** Owner by number; default 0. */
  readonly userId?: number;
  readonly groupId?: number;
} & (
  | { readonly content: string | Uint8Array }
  /** A file or folder of this machine; a folder with everything in it, symbolic links kept. */
  | { readonly source: string }
  /** A symbolic link. */
  | { readonly target: string }
  /** An empty folder. */
  | { readonly folder: true }
);

/** A layer that was written to a file. */
export interface Layer {
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** What a member holds: bytes, or a file to copy. */
type Contents = Uint8Array | { readonly file: string } | null;

const COPY_BYTES = 1 << 20;
const TYPE_OF_MODE = { file: 0o644, folder: 0o755, link: 0o777 } as const;

/**
 * Writes a layer as a tar archive. Members are sorted and without times, so the same entries make the same digest anywhere.
 * Later entries replace earlier ones of the same path; folders above them are made.
 * @throws Error when a source is absent, or neither file, folder nor link.
 */
export function writeLayer(entries: readonly ImageEntry[], file: string): Layer {
  const members = new Map<string, readonly [TarMember, Contents]>();
  for (const entry of entries) for (const [member, contents] of expand(entry)) members.set(member.path, [member, contents]);
  for (const path of [...members.keys()])
    for (const parent of parentsOf(path)) if (!members.has(parent)) members.set(parent, [folderAt(parent), null]);
  const output = new HashedFile(file);
  try {
    for (const path of [...members.keys()].sort()) output.member(...(members.get(path) as readonly [TarMember, Contents]));
    return output.finish();
  } finally {
    output.close();
  }
}

function* expand(entry: ImageEntry): Generator<readonly [TarMember, Contents]> {
  const path = entry.path.replace(/^\/+|\/+$/g, '');
  const { userId = 0, groupId = 0 } = entry;
  const member = (type: TarMember['type'], mode: number, sizeBytes = 0): TarMember => ({
    path,
    type,
    mode: entry.mode ?? mode,
    sizeBytes,
    userId,
    groupId,
  });
  if ('content' in entry) {
    const bytes = Buffer.from(entry.content);
    yield [member('file', TYPE_OF_MODE.file, bytes.length), bytes];
  } else if ('target' in entry) {
    yield [{ ...member('link', TYPE_OF_MODE.link), mode: TYPE_OF_MODE.link, target: entry.target }, null];
  } else if ('folder' in entry) {
    yield [member('folder', TYPE_OF_MODE.folder), null];
  } else {
    yield* fromDisk({ ...entry, path });
  }
}

function* fromDisk(entry: ImageEntry & { readonly source: string }): Generator<readonly [TarMember, Contents]> {
  const { source, path, userId = 0, groupId = 0 } = entry;
  const stats = lstatSync(source);
  const base = { path, userId, groupId, sizeBytes: 0 };
  if (stats.isSymbolicLink()) yield [{ ...base, type: 'link', mode: TYPE_OF_MODE.link, target: readlinkSync(source) }, null];
  else if (stats.isFile())
    yield [{ ...base, type: 'file', mode: entry.mode ?? stats.mode & 0o7777, sizeBytes: stats.size }, { file: source }];
  else if (!stats.isDirectory()) throw new Error(`${source} is neither a file, a folder nor a symbolic link`);
  else {
    if (path !== '') yield [{ ...base, type: 'folder', mode: stats.mode & 0o7777 }, null];
    for (const name of readdirSync(source))
      yield* fromDisk({ ...entry, path: path === '' ? name : `${path}/${name}`, source: join(source, name) });
  }
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function folderAt(path: string): TarMember {
  return { path, type: 'folder', mode: TYPE_OF_MODE.folder, sizeBytes: 0, userId: 0, groupId: 0 };
}

/** An archive on disk that knows its digest. */
class HashedFile {
  readonly #hash = createHash('sha256');
  readonly #descriptor: number;
  #sizeBytes = 0;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'w');
  }

  member(member: TarMember, contents: Contents): void {
    this.#write(tarHeader(member));
    if (contents === null) return;
    if (contents instanceof Uint8Array) this.#write(contents);
    else this.#copy(contents.file, member.sizeBytes);
    this.#write(tarPadding(member.sizeBytes));
  }

  finish(): Layer {
    this.#write(TAR_END);
    return { digest: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #copy(file: string, sizeBytes: number): void {
    const source = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(COPY_BYTES, sizeBytes));
      for (let left = sizeBytes; left > 0;) {
        const count = readSync(source, buffer, 0, Math.min(buffer.length, left), null);
        if (count === 0) throw new Error(`${file} became shorter while it was read`);
        this.#write(buffer.subarray(0, count));
        left -= count;
      }
    } finally {
      closeSync(source);
    }
  }

  #write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
    this.#sizeBytes += bytes.length;
  }
}
