import type { IndexDefinition, TrackedRead, Translator, UnitKey } from '@gibbon/contracts/translator';
import { describe, expect, it } from 'vitest';
import { configurationOf } from './configuration-of.ts';
import { admitObjects, parseManifests, withoutDependants } from './manifests.ts';
import { kubeObject } from './object-builders.ts';
import { translateAll } from './translate-all.ts';

const BY_TEAM: IndexDefinition = { name: 'by-team', kind: 'Item', values: (object) => [object.metadata.labels?.['team'] ?? ''] };

/** A translator whose units do what a function says; each yields a failure with its key, so that outputs can be told apart. */
function doing(kinds: Pick<Translator, 'objects' | 'derived'>, act: (key: UnitKey, read: TrackedRead) => unknown = () => null): Translator {
  return {
    ...kinds,
    indexes: [BY_TEAM],
    translate: ({ key }, read) => ({
      entities: [],
      failures: [{ refs: [], field: '', reason: 'Seen', message: `${key} ${JSON.stringify(act(key, read) ?? null)}` }],
    }),
  };
}

function item(name: string, created: string | undefined, team = 'a', namespace = 'n'): ReturnType<typeof kubeObject> {
  return kubeObject('x/v1', 'Item', { namespace, name, labels: { team }, ...(created !== undefined && { creationTimestamp: created }) });
}

function messages(translators: readonly Translator[], ...objects: Parameters<typeof translateAll>[1][]): readonly string[] {
  return translateAll(
    translators,
    objects.flatMap((list) => [...list]),
  ).failures.map(({ message }) => message);
}

describe('translateAll', () => {
  it('translates every object, and derived units that something names', () => {
    const translator = doing({ objects: ['Item'], derived: ['part'] }, (key, read) => {
      if (key === 'Item:n/one') read.include('part:x');
    });
    expect(messages([translator], [item('one', undefined), item('two', undefined)])).toEqual([
      'Item:n/one null',
      'Item:n/two null',
      'part:x null',
    ]);
  });

  it('lists and finds objects oldest first, then by namespace and name', () => {
    const objects = [
      item('b', '2024-02-01T00:00:00Z'),
      item('z', '2024-01-01T00:00:00Z', 'b'),
      item('a', '2024-02-01T00:00:00Z'),
      item('c', undefined, 'a', 'm'),
    ];
    const names = (list: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] =>
      list.map(({ metadata }) => metadata.name);
    const translator = doing({ objects: ['Probe'], derived: [] }, (_key, read) => [
      names(read.list('Item')),
      names(read.list('Item', 'n')),
      names(read.index('by-team', 'a')),
      names(read.index('by-team', 'none')),
      read.get('Item', 'n', 'none'),
    ]);
    expect(messages([translator], [...objects, kubeObject('x/v1', 'Probe', { name: 'p' })])).toEqual([
      `Probe:/p ${JSON.stringify([['c', 'z', 'a', 'b'], ['z', 'a', 'b'], ['c', 'a', 'b'], [], null])}`,
    ]);
  });

  it('gives outputs of other units, translated once, and null where there is no such unit', () => {
    let times = 0;
    const translator = doing({ objects: ['Item'], derived: ['part'] }, (key, read) => {
      if (key === 'part:x') return times++;
      return [read.output('part:x')?.failures.length, read.output('Item:n/none'), read.output('alien:x')];
    });
    expect(messages([translator], [item('one', undefined), item('two', undefined)])).toEqual([
      'Item:n/one [1,null,null]',
      'Item:n/two [1,null,null]',
      'part:x 0',
    ]);
    expect(times).toBe(1);
  });

  it('leaves alone units of translators that are not there', () => {
    expect(
      messages([doing({ objects: ['Item'], derived: [] }, (_key, read) => read.include('alien:x'))], [item('one', undefined)]),
    ).toEqual(['Item:n/one null']);
  });

  it('throws for circles, for undeclared indexes, and for kinds that two translators serve', () => {
    const circle = doing({ objects: ['Item'], derived: ['part'] }, (key, read) => {
      read.output(key === 'part:x' ? 'Item:n/one' : 'part:x');
    });
    expect(() => translateAll([circle], [item('one', undefined)])).toThrow('in a circle: Item:n/one > part:x > Item:n/one');
    expect(() =>
      translateAll([doing({ objects: ['Item'], derived: [] }, (_key, read) => read.index('nope', ''))], [item('one', undefined)]),
    ).toThrow('no translator declares the index "nope"');
    expect(() => translateAll([doing({ objects: ['Item'], derived: [] }), doing({ objects: ['Item'], derived: [] })], [])).toThrow(
      'two translators serve the kind "Item"',
    );
  });
});

describe('configurationOf', () => {
  const owner = { kind: 'X', namespace: '', name: '' };
  const consumer = (id: string, username: string): Parameters<typeof configurationOf>[0][number] => ({
    type: 'consumers',
    entity: { id, username, custom_id: null, tags: null, created_at: null, updated_at: null },
    owner,
  });

  it('joins equal drafts and orders by id', () => {
    expect(configurationOf([consumer('b', 'bob'), consumer('a', 'alice'), consumer('b', 'bob')]).consumers.map(({ id }) => id)).toEqual([
      'a',
      'b',
    ]);
  });

  it('throws for different drafts of one id', () => {
    expect(() => configurationOf([consumer('b', 'bob'), consumer('b', 'eve')])).toThrow('two different drafts of consumers b');
  });
});

describe('manifests', () => {
  const kinds = new Map([
    [
      'Item',
      {
        group: 'x',
        versions: ['v1'],
        kind: 'Item',
        plural: 'items',
        namespaced: true,
        admit: ({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name !== 'foreign',
        validate: ({ metadata }: { readonly metadata: { readonly name: string } }) =>
          metadata.name === 'bad' ? [{ path: 'spec', message: 'wrong' }] : [],
        references: (object: object) => ('uses' in object ? [{ kind: 'Item', namespace: 'n', name: String(object.uses) }] : []),
      },
    ],
  ]);

  it('are read from several documents and treated as a source does', () => {
    const objects = parseManifests(
      '---\nkind: Item\nmetadata: { namespace: n, name: good }\n---\n# nothing\n---\nkind: Item\nmetadata: { namespace: n, name: bad }\n---\nkind: Item\nmetadata: { name: foreign }\n---\nkind: Other\nmetadata: { name: x }\n',
    );
    const { objects: admitted, problems } = admitObjects(objects, kinds);
    expect(admitted.map(({ metadata }) => metadata.name)).toEqual(['good']);
    expect(problems).toEqual(['Item n/bad spec: wrong']);
    expect(() => parseManifests('a: [')).toThrow();
  });

  it('lose what depends on a broken object, however far', () => {
    const using = (name: string, uses?: string): ReturnType<typeof kubeObject> =>
      kubeObject('x/v1', 'Item', { namespace: 'n', name }, uses === undefined ? {} : { uses });
    const objects = [using('a', 'b'), using('b', 'c'), using('c'), using('d')];
    expect(withoutDependants(objects, ({ metadata }) => metadata.name === 'c', kinds).map(({ metadata }) => metadata.name)).toEqual(['d']);
  });
});
