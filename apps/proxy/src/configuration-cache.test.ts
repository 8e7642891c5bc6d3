import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Configuration, Service } from '@gibbon/contracts/entities';
import { emptyConfiguration } from '@gibbon/model';
import { TestServices } from '@gibbon/testing-contract-kits';
import { FakeClock } from '@gibbon/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationCache, type KnownConfiguration } from './configuration-cache.ts';

let folder: string;
let file: string;
let clock: FakeClock;
let services: TestServices;
let serving: KnownConfiguration | null;
/** How often what serves was asked for: once per write. */
let writes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gibbon-cache-'));
  file = join(folder, 'configuration');
  clock = new FakeClock();
  services = new TestServices();
  serving = null;
  writes = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  expect(clock.pending).toBe(0);
});

function cache(path = file): ConfigurationCache {
  const current = () => {
    writes += 1;
    return serving;
  };
  return new ConfigurationCache({ file: path, clock, log: services.logger, current });
}

/** What serves, with so many services. */
function serve(hash: string, count = 1): void {
  const rows = Array.from({ length: count }, (_, at) => ({ id: `s${at}`, name: `${hash}-${at}`, tags: ['ü\n'] }) as unknown as Service);
  serving = { hash, configuration: { ...emptyConfiguration(), services: rows } as Configuration };
}

const warnings = () => services.lines.filter(({ level }) => level === 'warn').map(({ fields }) => (fields['err'] as Error).message);

describe('ConfigurationCache', () => {
  it('gives back what it kept, by hash and type, whatever its size', async () => {
    serve('one', 3000);
    const kept = cache();
    kept.changed();
    await kept.flush();
    expect(cache().read()).toEqual({ hash: 'one', entities: { services: serving?.configuration.services } });
    expect(warnings()).toEqual([]);
  });

  it('keeps an empty configuration too', async () => {
    serve('none', 0);
    const kept = cache();
    kept.changed();
    await kept.flush();
    expect(cache().read()).toEqual({ hash: 'none', entities: {} });
  });

  it('writes a file for its owner alone, and leaves no draft', async () => {
    writeFileSync(`${file}.tmp`, 'left behind', { mode: 0o644 });
    serve('one');
    const kept = cache();
    kept.changed();
    await kept.flush();
    expect([statSync(file).mode & 0o777, readdirSync(folder)]).toEqual([0o600, ['configuration']]);
  });

  it('brings changes that come fast together in one write a second', async () => {
    const kept = cache();
    for (let change = 0; change < 50; change++) {
      serve(`hash-${change}`);
      kept.changed();
    }
    await written('hash-49', kept);
    // The first was written at once, with what served then; the others a second later, in one.
    expect(writes).toBe(2);
    await kept.flush();
    expect(writes).toBe(2);
  });

  it('writes what is left at the end', async () => {
    const kept = cache();
    serve('one');
    kept.changed();
    serve('two');
    kept.changed();
    await kept.flush();
    expect(cache().read()?.hash).toBe('two');
  });

  it('writes nothing that no controller would know', async () => {
    const kept = cache();
    kept.changed();
    await kept.flush();
    expect([writes, readdirSync(folder)]).toEqual([1, []]);
  });

  it('goes on when it cannot write', async () => {
    const kept = cache(join(folder, 'none', 'configuration'));
    serve('one');
    kept.changed();
    await kept.flush();
    expect(services.lines).toMatchObject([{ level: 'error', fields: { err: { code: 'ENOENT' } } }]);
  });
});

/** Lets seconds pass until a file with that hash is in place. */
async function written(hash: string, kept: ConfigurationCache): Promise<void> {
  while (kept.read()?.hash !== hash) await clock.advanceAsync(100);
}

describe('a file that cannot be used', () => {
  const good = '{"gibbon":"configuration","format":1,"hash":"h"}\n["services",{"id":"s0"}]\n{"entities":1}\n';

  it('is none where there is none', () => {
    expect([cache().read(), services.lines]).toEqual([null, []]);
  });

  it('is used where it is whole', () => {
    writeFileSync(file, good);
    expect(cache().read()).toEqual({ hash: 'h', entities: { services: [{ id: 's0' }] } });
  });

  it.each([
    ['cut off', good.slice(0, -16), 'it is not complete'],
    ['of another format', good.replace('"format":1', '"format":2'), 'it is of another kind'],
    ['something else', '{}', 'it is of another kind'],
    ['no JSON', 'hello', 'Unexpected token'],
    ['empty', '', 'Unexpected end'],
  ])('is logged and ignored when it is %s', (_, text, problem) => {
    writeFileSync(file, text);
    expect(cache().read()).toBeNull();
    expect(warnings()).toEqual([expect.stringContaining(problem)]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
