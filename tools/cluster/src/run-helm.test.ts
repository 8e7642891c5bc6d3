import { expect, it } from 'vitest';
import { runHelm } from './run-helm.ts';

const sh = (script: string, input?: string, timeoutMs = 20_000): Promise<string> =>
  runHelm('sh', ['-c', script], process.env, { timeoutMs, ...(input !== undefined && { input }) });

it('passes on what it is given, and gives back what it prints', async () => {
  expect(await sh('cat; echo " noise" >&2', 'values')).toBe('values');
});

it('says what went wrong, also to a program that does not read', async () => {
  await expect(sh('echo nothing useful; echo "values are wrong" >&2; exit 3', 'x'.repeat(1_000_000))).rejects.toThrow(
    /ended with 3:\nvalues are wrong$/,
  );
});

it('ends what takes too long', async () => {
  await expect(sh('exec sleep 600', undefined, 200)).rejects.toThrow('ended with a signal');
});

it('says that there is no such program', async () => {
  await expect(runHelm('/no/such/helm', [], process.env, { timeoutMs: 1000 })).rejects.toThrow('ENOENT');
});
