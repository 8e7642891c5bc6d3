import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ComponentProcess } from './component-process.ts';

const PATIENCE = { restartDelayMs: 5, stopTimeoutMs: 50 };

let folder: string;
let log: string;
let component: ComponentProcess;
let failed: PromiseWithResolvers<string>;

function make(script: string): ComponentProcess {
  component = new ComponentProcess({ name: 'x', command: '/bin/sh', args: ['-c', script] }, log, failed.resolve, PATIENCE);
  return component;
}

const logged = (): string => readFileSync(log, 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testbed-'));
  log = join(folder, 'x.log');
  failed = Promise.withResolvers();
});

afterEach(async () => {
  await component.stop();
  expect(component.state).toMatchObject({ processId: null });
  rmSync(folder, { recursive: true });
});

describe('ComponentProcess', { timeout: 20_000 }, () => {
  it('runs once however often it is started, and stops when told', async () => {
    make('echo begun; exec sleep 60');
    expect(component.state).toEqual({ name: 'x', state: 'stopped', processId: null, restarts: 0 });
    component.start();
    component.start();
    const { processId } = component.state;
    expect(component.state).toEqual({ name: 'x', state: 'running', processId: expect.any(Number), restarts: 0 });
    await component.stop();
    expect(component.state).toEqual({ name: 'x', state: 'stopped', processId: null, restarts: 0 });
    expect(() => process.kill(processId as number, 0)).toThrow('ESRCH');
  });

  it('is started again when it is killed, and its log goes on', async () => {
    make('echo begun; exec sleep 60').start();
    await expect.poll(logged).toBe('begun\n');
    component.kill();
    await expect.poll(logged, { timeout: 10_000 }).toBe('begun\nbegun\n');
    expect(component.state).toMatchObject({ state: 'running', restarts: 1 });
  });

  it('is killed when it does not end by itself', async () => {
    make('trap "" TERM; echo begun; while :; do sleep 0.1; done').start();
    await expect.poll(logged).toBe('begun\n');
    await component.stop();
    expect(component.state.state).toBe('stopped');
  });

  it('is given up when it keeps ending', async () => {
    make('echo begun').start();
    expect(await failed.promise).toBe('x');
    expect(component.state).toEqual({ name: 'x', state: 'failed', processId: null, restarts: 5 });
    expect(logged()).toBe('begun\n'.repeat(6));
  });

  it('is given up when it is not there', async () => {
    component = new ComponentProcess({ name: 'y', command: '/nonexistent', args: [] }, log, failed.resolve, PATIENCE);
    component.start();
    expect(await failed.promise).toBe('y');
  });
});
