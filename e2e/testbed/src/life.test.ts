import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestbed, type Testbed } from '@gibbon/testbed';
import { afterEach, describe, expect, it } from 'vitest';
import { whySkipped } from './cluster-support.ts';
import { machineState } from './machine-state.ts';

const TEST_TIMEOUT_MS = 180_000;
const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../../tools/testbed/src/index.ts')).href;

const skipped = await whySkipped();
const started: Testbed[] = [];

async function start(name: string): Promise<Testbed> {
  const testbed = await startTestbed({ name, build: false });
  started.push(testbed);
  return testbed;
}

/** A program that starts a testbed and then does nothing. */
function owner(name: string): ChildProcess {
  const program = `import { startTestbed } from ${JSON.stringify(LIBRARY)}; const { name } = await startTestbed({ name: ${JSON.stringify(name)}, build: false }); console.log(name); setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--conditions=@gibbon/source', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe.skipIf(skipped !== null)('the life of testbeds', { timeout: TEST_TIMEOUT_MS }, () => {
  afterEach(async () => {
    for (const testbed of started.splice(0)) await testbed.stop();
  });

  it('runs two side by side that do not see each other, and refuses a name that is taken', async () => {
    const before = machineState(['e2e-one', 'e2e-two']);
    const [one, two] = await Promise.all([start('e2e-one'), start('e2e-two')]);
    await one.kubectl(['create', 'namespace', 'mine']);
    await expect(two.kubectl(['get', 'namespace', 'mine'])).rejects.toThrow('NotFound');
    await expect(startTestbed({ name: 'e2e-one', build: false })).rejects.toThrow('a testbed named e2e-one is running');
    expect(await one.kubectl(['get', 'namespace', 'mine', '-o', 'name'])).toBe('namespace/mine\n');
    await one.stop();
    await one.stop();
    expect(await two.kubectl(['get', '--raw', '/readyz'])).toBe('ok');
    await two.stop();
    expect(machineState(['e2e-one', 'e2e-two'])).toEqual(before);
  });

  it('ends all its processes when whoever started it is killed, and what is left goes with the next start', async () => {
    const names = ['e2e-orphan', 'e2e-next'];
    const before = machineState(names);
    const program = owner('e2e-orphan');
    await once(program.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    program.kill('SIGKILL');
    await once(program, 'close');
    await expect.poll(() => machineState(names).processes, { timeout: 15_000 }).toEqual([]);
    expect(machineState(names).mounts).toBe(before.mounts);
    const next = await start('e2e-next');
    expect(machineState(['e2e-orphan'])).toMatchObject({ cgroups: [], folders: before.folders });
    await next.stop();
    expect(machineState(names)).toEqual(before);
  });

  it('leaves nothing when it does not become ready in time', async () => {
    const before = machineState(['e2e-late']);
    await expect(startTestbed({ name: 'e2e-late', build: false, timeoutMs: 700 })).rejects.toThrow('testbed e2e-late is not ready');
    expect(machineState(['e2e-late'])).toEqual(before);
  });

  it('says why it failed, and leaves nothing', async () => {
    const before = machineState(['e2e-broken']);
    const { rejects } = expect(startTestbed({ name: 'e2e-broken', build: false, images: ['/nonexistent.tar'] }));
    await rejects.toThrow('/nonexistent.tar');
    expect(machineState(['e2e-broken'])).toEqual(before);
  });
});
