import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backendManifest, ingressManifest, ManifestFolder } from './manifests.ts';

let folder: ManifestFolder;
let output: ManifestFolder;
let upstream: FakeUpstream;

beforeEach(async () => {
  folder = new ManifestFolder();
  output = new ManifestFolder();
  upstream = await startFakeUpstream();
  folder.write('backend.yaml', backendManifest('echo', [upstream.port]));
  folder.write('hello.yaml', ingressManifest('hello', '/hello', 'echo'));
});

afterEach(async () => {
  folder.dispose();
  output.dispose();
  await upstream.close();
});

function once(file: string, ...args: string[]) {
  return GatewayProcess.run(['controller', '--manifests', folder.path, '--output', join(output.path, file), '--once', ...args]);
}

describe('gibbon controller --once', () => {
  test('writes a configuration that gibbon proxy serves', async () => {
    const { code, stderr } = await once('kong.yaml');
    expect(stderr).not.toContain('problem');
    expect(code).toBe(0);
    const proxy = await GatewayProcess.serve('proxy', ['--config', join(output.path, 'kong.yaml'), '--workers', '0']);
    expect((await ask({ port: proxy.ports['proxy'] ?? 0, path: '/hello' })).status).toBe(200);
    expect(await proxy.stop()).toBe(0);
  });

  test('writes for the version and router flavor that are asked for', async () => {
    await once('classic.yaml');
    await once('expressions.yaml', '--kong-router-flavor', 'expressions');
    const text = (file: string): string => readFileSync(join(output.path, file), 'utf8');
    expect(text('classic.yaml')).toMatch(/_format_version: ["']3\.0["']/);
    expect(text('classic.yaml')).toContain('~/hello$');
    expect(text('expressions.yaml')).toContain('http.path == "/hello"');
    expect(text('expressions.yaml')).not.toContain('~/hello$');
  });

  test('writes what is right, says what is wrong and ends with 1', async () => {
    folder.write('wrong.yaml', ingressManifest('wrong', 'no-slash', 'echo'));
    const { code, stderr } = await once('kong.yaml', '--log-format', 'json');
    expect(code).toBe(1);
    expect(stderr).toContain('wrong.yaml:');
    expect(stderr).toContain('spec.rules.1.http.paths.1.path');
    expect(readFileSync(join(output.path, 'kong.yaml'), 'utf8')).toContain('~/hello$');
  });
});
