import type { ObjectChange } from '@gibbon/contracts/source';
import type { TranslationOutput, Translator, UnitKey } from '@gibbon/contracts/translator';
import { ObjectStore } from '@gibbon/controlplane-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drop, put, recipe, RecipeTranslator, type Step } from '../testing/recipe-translator.ts';
import { TranslationEngine } from './translation-engine.ts';

/** An engine with its store, and the outputs as a reader of its deltas knows them. */
class Bench {
  readonly translator = new RecipeTranslator();
  readonly store = new ObjectStore(this.translator.indexes);
  readonly outputs = new Map<UnitKey, TranslationOutput>();
  readonly engine: TranslationEngine;

  constructor(lastGood = false) {
    this.engine = new TranslationEngine({ store: this.store, translators: [this.translator], lastGood });
  }

  /** @returns what was translated, sorted. */
  apply(...changes: ObjectChange[]): UnitKey[] {
    this.translator.calls.length = 0;
    for (const { key, before, after } of this.engine.apply(this.store.apply(changes)).changes) {
      expect(this.outputs.get(key) ?? null).toEqual(before);
      if (after === null) this.outputs.delete(key);
      else this.outputs.set(key, after);
    }
    return this.translator.calls.toSorted();
  }

  seen(key: UnitKey): string | undefined {
    return this.outputs.get(key)?.entities[0]?.entity.tags?.join(' ');
  }

  failure(key: UnitKey): string | undefined {
    return this.outputs.get(key)?.failures[0]?.message;
  }
}

describe('what a change translates', () => {
  it('is what read the changed object, also where it had found nothing', () => {
    const bench = new Bench();
    bench.apply(put(recipe('Root', 'a', 'red', [{ do: 'get', name: 'p' }])), put(recipe('Root', 'b', 'red', [{ do: 'get', name: 'q' }])));
    expect(bench.seen('Root:ns/a')).toBe('r p:undefined');
    expect(bench.apply(put(recipe('Part', 'p', 'blue', [])))).toEqual(['Root:ns/a']);
    expect(bench.seen('Root:ns/a')).toBe('r p:blue');
    expect(bench.apply(drop('Part', 'p'))).toEqual(['Root:ns/a']);
    expect(bench.apply(put(recipe('Part', 'unread', 'blue', [])))).toEqual([]);
  });

  it('is what listed the kind or looked the index entry up', () => {
    const bench = new Bench();
    bench.apply(
      put(recipe('Root', 'list', 'red', [{ do: 'list' }])),
      put(recipe('Root', 'blue', 'red', [{ do: 'index', colour: 'blue' }])),
      put(recipe('Root', 'green', 'red', [{ do: 'index', colour: 'green' }])),
    );
    expect(bench.apply(put(recipe('Part', 'p', 'blue', [])))).toEqual(['Root:ns/blue', 'Root:ns/list']);
    expect(bench.apply(put(recipe('Part', 'p', 'green', [])))).toEqual(['Root:ns/blue', 'Root:ns/green', 'Root:ns/list']);
    expect(bench.seen('Root:ns/green')).toBe('r p');
  });

  it('follows what was read last, not what was read once', () => {
    const bench = new Bench();
    bench.apply(
      put(recipe('Part', 'gate', 'red', [])),
      put(recipe('Root', 'a', 'red', [{ do: 'when', name: 'gate', there: [{ do: 'get', name: 'p' }] }])),
    );
    bench.apply(drop('Part', 'gate'));
    expect(bench.apply(put(recipe('Part', 'p', 'blue', [])))).toEqual([]);
  });

  it('reaches readers of an output only when the output changed', () => {
    const bench = new Bench();
    bench.apply(put(recipe('Part', 'p', 'blue', [])), put(recipe('Root', 'a', 'red', [{ do: 'output', name: 'p' }])));
    // The first letter of the colour is all that the part tells.
    expect(bench.apply(put(recipe('Part', 'p', 'black', [])))).toEqual(['part:p']);
    expect(bench.apply(put(recipe('Part', 'p', 'red', [])))).toEqual(['Root:ns/a', 'part:p']);
  });

  it('does not reach those who include a unit', () => {
    const bench = new Bench();
    bench.apply(put(recipe('Root', 'a', 'red', [{ do: 'include', name: 'p' }])));
    expect(bench.seen('part:p')).toBe('nothing');
    expect(bench.apply(put(recipe('Part', 'p', 'blue', [])))).toEqual(['part:p']);
  });

  it('translates each unit once where changes meet', () => {
    const bench = new Bench();
    bench.apply(
      put(recipe('Part', 'base', 'blue', [])),
      put(recipe('Part', 'left', 'blue', [{ do: 'output', name: 'base' }])),
      put(recipe('Part', 'right', 'blue', [{ do: 'output', name: 'base' }])),
      put(
        recipe('Root', 'top', 'red', [
          { do: 'output', name: 'left' },
          { do: 'get', name: 'base' },
          { do: 'output', name: 'right' },
        ]),
      ),
    );
    expect(bench.apply(put(recipe('Part', 'base', 'red', [])))).toEqual(['Root:ns/top', 'part:base', 'part:left', 'part:right']);
    expect(bench.seen('Root:ns/top')).toBe('r (b (r)) base:red (b (r))');
  });
});

describe('derived units', () => {
  it('live while an object includes or reads them', () => {
    const bench = new Bench();
    const user = (name: string, step: Step): ObjectChange => put(recipe('Root', name, 'red', [step]));
    bench.apply(user('a', { do: 'include', name: 'p' }), user('b', { do: 'output', name: 'p' }));
    bench.apply(drop('Root', 'a'));
    expect(bench.seen('part:p')).toBe('nothing');
    bench.apply(drop('Root', 'b'));
    expect(bench.outputs.size).toBe(0);
    expect(bench.engine.size).toBe(0);
  });

  it('do not keep each other alive', () => {
    const bench = new Bench();
    bench.apply(
      put(recipe('Part', 'p', 'blue', [{ do: 'include', name: 'q' }])),
      put(recipe('Part', 'q', 'blue', [{ do: 'include', name: 'p' }])),
      put(recipe('Root', 'a', 'red', [{ do: 'include', name: 'p' }])),
    );
    expect(bench.engine.size).toBe(3);
    bench.apply(drop('Root', 'a'));
    expect(bench.engine.size).toBe(0);
  });

  it('of a kind that nobody serves are a failure of who asks', () => {
    const asking: Translator = {
      objects: ['Root'],
      derived: [],
      indexes: [],
      translate: (_unit, read) =>
        read.output('nope:x') === null ? (read.include('nope:x'), { entities: [], failures: [] }) : { entities: [], failures: [] },
    };
    const store = new ObjectStore();
    const engine = new TranslationEngine({ store, translators: [asking] });
    const [change] = engine.apply(store.apply([put(recipe('Root', 'a', 'red', []))])).changes;
    expect(change?.after?.failures[0]?.message).toContain('no translator of this build serves units of kind "nope"');
  });
});

describe('a translator that throws', () => {
  const broken = put(recipe('Root', 'a', 'red', [{ do: 'get', name: 'p' }, { do: 'crash' }]));

  it('keeps the last good entities, fails with the reason, and leaves others alone', () => {
    const bench = new Bench(true);
    bench.apply(put(recipe('Root', 'a', 'red', [])), put(recipe('Root', 'b', 'red', [])));
    bench.apply(broken, put(recipe('Root', 'b', 'blue', [])));
    expect(bench.seen('Root:ns/a')).toBe('r');
    expect(bench.outputs.get('Root:ns/a')?.failures).toEqual([
      {
        refs: [{ kind: 'Root', namespace: 'ns', name: 'a' }],
        field: '',
        reason: 'TranslatorCrashed',
        message: 'the translator failed: the recipe says so; its last good configuration stays',
      },
    ]);
    expect(bench.seen('Root:ns/b')).toBe('b');
    // What it had read before it threw still counts.
    expect(bench.apply(put(recipe('Part', 'p', 'blue', [])))).toEqual(['Root:ns/a']);
    bench.apply(put(recipe('Root', 'a', 'green', [])));
    expect(bench.outputs.get('Root:ns/a')).toMatchObject({ failures: [] });
  });

  it('leaves nothing where last good outputs are not kept', () => {
    const bench = new Bench(false);
    bench.apply(put(recipe('Root', 'a', 'red', [])));
    bench.apply(broken);
    expect(bench.outputs.get('Root:ns/a')?.entities).toEqual([]);
    expect(bench.failure('Root:ns/a')).toBe('the translator failed: the recipe says so; it is left out');
  });

  it('may not read after it returned', () => {
    let kept: (() => unknown) | null = null;
    const late: Translator = {
      objects: ['Root'],
      derived: [],
      indexes: [],
      translate: (_unit, read) => ((kept = () => read.list('Part')), { entities: [], failures: [] }),
    };
    const store = new ObjectStore();
    new TranslationEngine({ store, translators: [late] }).apply(store.apply([put(recipe('Root', 'a', 'red', []))]));
    expect(kept).toThrow('after translate() had returned');
  });
});

describe('units that read each other', () => {
  const part = (name: string, reads: string): ObjectChange => put(recipe('Part', name, 'blue', [{ do: 'output', name: reads }]));

  it('fail with the whole cycle, and recover when it is broken', () => {
    const bench = new Bench();
    bench.apply(part('p', 'q'), part('q', 'r'), part('r', 'p'), put(recipe('Root', 'a', 'red', [{ do: 'include', name: 'q' }])));
    for (const key of ['part:p', 'part:q', 'part:r'] as const) {
      expect(bench.failure(key)).toContain("units read each other's output: part:p -> part:q -> part:r -> part:p");
    }
    expect(bench.seen('Root:ns/a')).toBe('r');
    bench.apply(put(recipe('Part', 'r', 'green', [])));
    expect(bench.seen('part:q')).toBe('b (g)');
    expect(bench.failure('part:q')).toBeUndefined();
  });

  it('keep what they read on the way to it', () => {
    const bench = new Bench();
    bench.apply(
      put(
        recipe('Part', 'p', 'blue', [
          { do: 'object-output', name: 'nobody' },
          { do: 'output', name: 'q' },
        ]),
      ),
      put(recipe('Part', 'q', 'blue', [{ do: 'when', name: 'gate', there: [{ do: 'output', name: 'p' }] }])),
      put(recipe('Root', 'a', 'red', [{ do: 'list' }, { do: 'output', name: 'p' }])),
    );
    bench.apply(put(recipe('Part', 'gate', 'red', [])));
    expect(bench.failure('part:p')).toContain('part:p -> part:q -> part:p');
    expect(bench.failure('part:q')).toContain('part:p -> part:q -> part:p');
  });

  it('fail as well when the cycle closes later', () => {
    const bench = new Bench();
    bench.apply(part('p', 'q'), put(recipe('Root', 'a', 'red', [{ do: 'output', name: 'p' }])));
    bench.apply(part('q', 'p'));
    expect(bench.failure('part:p')).toContain('part:p -> part:q -> part:p');
    expect(bench.failure('part:q')).toContain('part:p -> part:q -> part:p');
    expect(bench.seen('Root:ns/a')).toContain('part:p -> part:q -> part:p');
  });
});

it('rejects two translators for one kind', () => {
  const translators = [new RecipeTranslator(), new RecipeTranslator()];
  expect(() => new TranslationEngine({ store: new ObjectStore(), translators })).toThrow('two translators claim units of kind "Root"');
});

const NAMES = ['p', 'q', 'r', 's'];
const COLOURS = ['red', 'rose', 'blue'];
const name = fc.constantFrom(...NAMES);
const step: fc.Arbitrary<Step> = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    fc.record({ do: fc.constantFrom('get', 'include', 'output', 'output', 'object-output'), name }) as fc.Arbitrary<Step>,
    fc.record({ do: fc.constant('list' as const) }),
    fc.record({ do: fc.constant('index' as const), colour: fc.constantFrom(...COLOURS) }),
    fc.record({ do: fc.constant('when' as const), name, there: fc.array(tie('step'), { maxLength: 2 }) }),
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'crash' }) },
  ),
})).step;
const kind = fc.constantFrom('Root' as const, 'Part' as const, 'Part' as const);
const edit: fc.Arbitrary<ObjectChange> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ kind, name, colour: fc.constantFrom(...COLOURS), steps: fc.array(step, { maxLength: 3 }) })
      .map((e) => put(recipe(e.kind, e.name, e.colour, e.steps))),
  },
  { weight: 1, arbitrary: fc.record({ kind, name }).map((e) => drop(e.kind, e.name)) },
);
const batches = fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

describe('any sequence of edits', () => {
  it('gives what translating everything from scratch gives, with each unit translated at most once a batch', () => {
    fc.assert(
      fc.property(batches, (sequence) => {
        const bench = new Bench();
        for (const changes of sequence) {
          const calls = bench.apply(...changes);
          expect(new Set(calls).size).toBe(calls.length);
          const scratch = new Bench();
          const objects = [...bench.store.list('Part'), ...bench.store.list('Root')];
          scratch.apply(...objects.map(put));
          expect(Object.fromEntries(bench.outputs)).toEqual(Object.fromEntries(scratch.outputs));
          expect(bench.engine.size).toBe(scratch.engine.size);
        }
      }),
      { numRuns: Number(process.env['GIBBON_FUZZ_RUNS'] ?? 1500) },
    );
  });
});
