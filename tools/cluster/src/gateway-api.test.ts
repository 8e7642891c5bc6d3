import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatewayApiFiles } from './gateway-api.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-definitions-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A Go that has one module, and complains about it as one that is too old does. */
function fakeGo(version: string): void {
  const modules = join(folder, 'modules');
  for (const channel of ['standard', 'experimental']) {
    const at = join(modules, `sigs.k8s.io/gateway-api@v${version}/config/crd`, channel);
    mkdirSync(at, { recursive: true });
    for (const name of ['b_routes.yaml', 'a_gateways.yaml', 'kustomization.yaml', 'README.md']) writeFileSync(join(at, name), channel);
  }
  const program = join(folder, 'go');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${folder}/calls\n[ "$1" = env ] && echo ${modules} && exit 0\necho too old; exit 1\n`);
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
}

describe('gatewayApiFiles', () => {
  it('are those of a channel of the release, fetched once', () => {
    fakeGo('1.2.3');
    const files = gatewayApiFiles({ version: '1.2.3' });
    expect(files.map((file) => basename(file))).toEqual(['a_gateways.yaml', 'b_routes.yaml']);
    expect(readFileSync(files[0] as string, 'utf8')).toBe('standard');
    const [other] = gatewayApiFiles({ version: '1.2.3', channel: 'experimental' });
    expect(readFileSync(other as string, 'utf8')).toBe('experimental');
    const downloads = readFileSync(join(folder, 'calls'), 'utf8').match(/^mod download .*$/gm);
    expect(downloads).toEqual(['mod download -json sigs.k8s.io/gateway-api@v1.2.3']);
  });

  it('say why they are not to be had', () => {
    fakeGo('1.2.3');
    expect(() => gatewayApiFiles({ version: '9.9.9' })).toThrow('sigs.k8s.io/gateway-api v9.9.9 is not to be had: too old');
  });

  it('say that there is no Go', () => {
    vi.stubEnv('PATH', folder);
    expect(() => gatewayApiFiles()).toThrow('Go does not run: spawnSync go ENOENT');
  });
});
