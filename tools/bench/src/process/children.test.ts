import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, describe, expect, it } from 'vitest';
import { Children } from './children.ts';
import { findProgram } from './find-program.ts';

const node = (script: string): readonly string[] => [process.execPath, '-e', script];
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('Children', () => {
  const handles = watchHandles();
  afterAll(() => handles.settled());

  it('starts, waits until ready, and stops, also what ignores SIGTERM politely', async () => {
    const children = new Children();
    let asked = 0;
    const child = await children.start({ command: node('setInterval(() => {}, 1000)') }, async () => ++asked === 3);
    expect([asked, isRunning(child.pid)]).toEqual([3, true]);
    await children.stopAll();
    expect(isRunning(child.pid)).toBe(false);
    await child.stop();
  });

  it('says how a process ended that should have served', async () => {
    const children = new Children();
    const start = children.start({ command: node('console.error("first\\nport in use"); process.exit(3)') }, async () => false);
    await expect(start).rejects.toThrow('it ended, having said: port in use');
  });

  it('gives up on a process that never gets ready', async () => {
    const children = new Children();
    await expect(children.start({ command: node('setInterval(() => {}, 1000)') }, async () => false, 100)).rejects.toThrow(
      'it did not answer within 100 ms, having said: nothing',
    );
  });

  it('reports a program that is not there', async () => {
    await expect(new Children().start({ command: ['/nowhere/at-all'] }, async () => true)).rejects.toThrow('ENOENT');
  });

  it('runs to the end and hands over the output, within bounds', async () => {
    const children = new Children();
    expect(await children.run(node('console.log("out")'), 10_000)).toBe('out\n');
    await expect(children.run(node('console.log("bad"); process.exit(1)'), 10_000)).rejects.toThrow('failed: bad');
    await expect(children.run(node('setInterval(() => {}, 1000)'), 50)).rejects.toThrow('failed: nothing');
  });
});

describe('findProgram', () => {
  it('finds what is in PATH alone', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('no-such-program-here')).toBeNull();
  });
});
