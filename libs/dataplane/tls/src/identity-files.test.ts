import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServices } from '@gibbon/testing-contract-kits';
import { createTestAuthority, type TestAuthority } from '@gibbon/testing-fixtures';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readIdentityFiles, WatchedIdentity, type IdentityFiles, type ServerCredentials } from './identity-files.ts';

let folder: string;
let files: IdentityFiles;
let authority: TestAuthority;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-tls-'));
  files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), clientCa: join(folder, 'ca.crt') };
  authority = await createTestAuthority();
  await write();
});

afterEach(() => rmSync(folder, { recursive: true }));

async function write(): Promise<ServerCredentials> {
  const { cert, key } = await authority.issue({ names: ['a.example'] });
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  writeFileSync(files.clientCa ?? '', authority.cert);
  return { cert, key, clientCa: authority.cert };
}

describe('readIdentityFiles', () => {
  it('reads all three, or the two that a server without clients of its own needs', async () => {
    const written = await write();
    expect(readIdentityFiles(files)).toEqual(written);
    expect(readIdentityFiles({ ...files, clientCa: null })).toEqual({ ...written, clientCa: null });
  });

  it('names every file that is not there', () => {
    const gone = { cert: join(folder, 'none.crt'), key: files.key, clientCa: join(folder, 'none-ca.crt') };
    expect(() => readIdentityFiles(gone)).toThrow(
      `cannot read the certificate ${gone.cert}: there is no such file; cannot read the authorities of clients' certificates ${gone.clientCa}: there is no such file`,
    );
  });

  it.skipIf(process.getuid?.() === 0)('names a file that this user may not read', () => {
    chmodSync(files.key, 0o000);
    expect(() => readIdentityFiles(files)).toThrow(`cannot read the key ${files.key}: EACCES`);
  });

  it('names a file that holds something else', () => {
    writeFileSync(files.clientCa ?? '', 'hello');
    expect(() => readIdentityFiles(files)).toThrow(`${files.clientCa}: not PEM certificates: expected -----BEGIN CERTIFICATE-----`);
    writeFileSync(files.key, 'hello');
    expect(() => readIdentityFiles(files)).toThrow(`${files.key}: not a PEM private key`);
  });
});

describe('WatchedIdentity', () => {
  it('reads the files again when they change, and tells', async () => {
    const clock = new FakeClock();
    const watched = new WatchedIdentity({ files, clock, log: new TestServices().logger });
    const seen: ServerCredentials[] = [];
    watched.onChange((credentials) => seen.push(credentials));
    clock.advance(10_000);
    expect(seen).toEqual([]);
    const next = await write();
    clock.advance(10_000);
    expect([seen, watched.current]).toEqual([[next], next]);
    await watched.dispose();
    expect(clock.pending).toBe(0);
  });

  it('keeps the last good ones while the files are not of one piece', async () => {
    const clock = new FakeClock();
    const { logger } = new TestServices();
    const good = await write();
    const watched = new WatchedIdentity({ files, clock, log: logger });
    const other = await authority.issue({ names: ['b.example'] });
    writeFileSync(files.cert, other.cert);
    clock.advance(30_000);
    expect(watched.current).toEqual(good);
    writeFileSync(files.key, other.key);
    clock.advance(10_000);
    expect(watched.current).toMatchObject(other);
    await watched.dispose();
  });

  it('refuses to begin without usable files', () => {
    const clock = new FakeClock();
    writeFileSync(files.cert, 'hello');
    expect(() => new WatchedIdentity({ files, clock, log: new TestServices().logger })).toThrow(`${files.cert}: not a PEM certificate`);
    expect(clock.pending).toBe(0);
  });
});
