import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayProcess } from '@gibbon/testing-fixtures/process';
import { createHttpClient } from '@gibbon/http-client';
import { createTestAuthority, type TestAuthority, type TestCertificate } from '@gibbon/testing-fixtures';
import { systemClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const NAME = 'proxy.gibbon.internal';
const LISTEN = ['--proxy-listen', 'off', '--workers', '0', '--status-listen', '127.0.0.1:0 ssl', '--admin-listen', '127.0.0.1:0 ssl'];

let folder: string;
let authority: TestAuthority;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-admin-tls-'));
  authority = await createTestAuthority();
  const { cert, key } = await authority.issue({ names: [NAME] });
  writeFileSync(at('tls.crt'), cert);
  writeFileSync(at('tls.key'), key);
  writeFileSync(at('ca.crt'), authority.cert);
});

afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const files = () => ['--admin-ssl-cert', at('tls.crt'), '--admin-ssl-key', at('tls.key'), '--admin-ssl-client-ca', at('ca.crt')];

/** Status of a request by the client that publishers use, or the code of its failure. */
async function statusFor(port: number, path: string, identity?: TestCertificate): Promise<number | string> {
  const client = createHttpClient(systemClock);
  try {
    const tls = { ca: authority.cert, ...identity };
    return (await client.request({ url: `https://127.0.0.1:${port}${path}`, servername: NAME, tls, timeoutMs: 5000 })).status;
  } catch (error) {
    return (error as { readonly code: string }).code;
  } finally {
    await client.dispose();
  }
}

describe('the Admin API of a proxy that others find on the network', () => {
  it('is for clients with a certificate; probes and scrapers need none', async () => {
    const proxy = await GatewayProcess.start(['proxy', ...LISTEN, ...files()]);
    const [admin, status] = [await proxy.port('admin'), await proxy.port('status')];
    const stranger = await (await createTestAuthority()).issue({ names: ['someone'] });
    expect(await statusFor(admin, '/status', await authority.issue({ names: ['controller'] }))).toBe(200);
    expect(await statusFor(admin, '/status')).toMatch(/^GW_HTTP_/);
    expect(await statusFor(admin, '/status', stranger)).toMatch(/^GW_HTTP_/);
    expect(await statusFor(status, '/status/ready')).toBe(503);
    expect(await proxy.stop()).toBe(0);
  });

  it('does not begin without its certificate, and names each file that is missing', async () => {
    rmSync(at('tls.crt'));
    rmSync(at('ca.crt'));
    const { code, stderr } = await GatewayProcess.run(['proxy', ...LISTEN, ...files()]);
    expect(code).toBe(1);
    for (const name of ['tls.crt', 'ca.crt']) expect(stderr).toContain(`${at(name)}: there is no such file`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says that a certificate needs its key', async () => {
    const { code, stderr } = await GatewayProcess.run(['proxy', ...LISTEN, '--admin-ssl-cert', at('tls.crt')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--admin-ssl-cert and --admin-ssl-key belong together')]);
  });
});
