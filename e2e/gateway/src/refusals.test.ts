import { createServer } from 'node:net';
import { GatewayProcess } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManifestFolder } from './manifests.ts';

let folder: ManifestFolder;
beforeEach(() => {
  folder = new ManifestFolder();
});
afterEach(() => folder.dispose());

/** Lines that a person reads, without the empty ones. */
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

describe('what cannot work', () => {
  test('an unknown flag is named, with the nearest one', async () => {
    const { code, stderr } = await GatewayProcess.run(['gateway', '--manifest', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('--manifest');
    expect(stderr).toContain('--manifests');
  });

  test('an unknown command is named', async () => {
    const { code, stderr } = await GatewayProcess.run(['gatway']);
    expect(code).toBe(2);
    expect(stderr).toContain('gateway');
  });

  test('a missing folder is one line', async () => {
    const { code, stderr } = await GatewayProcess.run([
      'gateway',
      '--manifests',
      '/does/not/exist',
      '--proxy-listen',
      '127.0.0.1:0',
      '--admin-listen',
      'off',
      '--status-listen',
      'off',
    ]);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining('/does/not/exist')]);
  });

  test('a port in use is one line that names it', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await GatewayProcess.run([
      'gateway',
      '--manifests',
      folder.path,
      '--proxy-listen',
      `127.0.0.1:${port}`,
      '--admin-listen',
      'off',
      '--status-listen',
      'off',
    ]);
    await new Promise((resolve) => holder.close(resolve));
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining(`127.0.0.1:${port}`)]);
  });

  test('a missing configuration file is one line', async () => {
    const { code, stderr } = await GatewayProcess.run(['proxy', '--config', '/does/not/exist.yaml']);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining('/does/not/exist.yaml')]);
  });

  test('a module package that is not there is one line', async () => {
    const { code, stderr } = await GatewayProcess.run([
      'gateway',
      '--manifests',
      folder.path,
      '--modules',
      '@nobody/nothing',
      '--proxy-listen',
      '127.0.0.1:0',
      '--admin-listen',
      'off',
      '--status-listen',
      'off',
    ]);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringContaining('@nobody/nothing')]);
  });

  test('neither manifests nor configuration: the command says what it needs', async () => {
    const { code, stderr } = await GatewayProcess.run(['gateway']);
    expect(code).toBe(2);
    expect(stderr).toContain('--manifests');
  });
});

describe('what is asked for', () => {
  test('--list-modules prints id, version and package', async () => {
    const { code, stdout } = await GatewayProcess.run(['gateway', '--list-modules']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plugin\.key-auth +\S+ +@gibbon\/\S+@\d/m);
    expect(stdout).toMatch(/^translator\.ingress +/m);
  });

  test('--help names every flag with its default', async () => {
    const { code, stdout } = await GatewayProcess.run(['controller', '--help']);
    expect(code).toBe(0);
    for (const flag of ['--manifests', '--output', '--target', '--once', '--kong-router-flavor']) expect(stdout).toContain(flag);
    expect(stdout).toContain('kong:3.9');
  });
});
