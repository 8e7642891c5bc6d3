import type { Scope } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { Source } from '@gibbon/contracts/source';
import { afterEach, describe, expect, it } from 'vitest';
import { CollectingSink, objectKeyOf } from './collecting-sink.ts';
import { TestScope } from './test-scope.ts';

/** What a source looks at: a folder, an API server. The suite changes it. */
export interface SourceWorld {
  /** Makes a source over this world, not started, that ends with the scope. */
  source(scope: Scope): Source;
  /** Creates or replaces an object. */
  put(object: KubeObject): Promise<void>;
  remove(ref: ObjectRef): Promise<void>;
  /** Makes something in the world unreadable; `mend` makes it readable again. Where a source cannot fail so: absent. */
  spoil?(): Promise<void>;
  mend?(): Promise<void>;
}

/** What {@link describeSource} is told about a source. */
export interface SourceSuite {
  readonly name: string;
  /** Makes a world with these objects in it, that ends with the scope. */
  open(scope: Scope, objects: readonly KubeObject[]): Promise<SourceWorld>;
  /** Three objects with different names that the source delivers as they are, save for metadata that it completes. */
  readonly objects: readonly [KubeObject, KubeObject, KubeObject];
  /** Another content for an object. */
  change(object: KubeObject): KubeObject;
}

/** The contract of sources. Every source of the controller runs it, and third parties do too. */
export function describeSource(suite: SourceSuite): void {
  const [first, second, third] = suite.objects;
  const scopes: TestScope[] = [];

  function scopeOfTest(): TestScope {
    const scope = new TestScope();
    scopes.push(scope);
    return scope;
  }

  async function open(...objects: KubeObject[]): Promise<{ world: SourceWorld; source: Source; sink: CollectingSink; scope: TestScope }> {
    const world = await suite.open(scopeOfTest(), objects);
    const scope = scopeOfTest();
    return { world, source: world.source(scope), sink: new CollectingSink(), scope };
  }

  describe(`contract of ${suite.name}`, () => {
    afterEach(async () => {
      for (const scope of scopes.splice(0).reverse()) {
        await scope.dispose();
        expect(scope.size).toBe(0);
      }
    });

    it('delivers what exists before start resolves, and nothing before start', async () => {
      const { source, sink } = await open(first, second);
      expect(sink.history).toEqual([]);
      await source.start(sink);
      expect(sink.keys).toEqual([objectKeyOf(first), objectKeyOf(second)].sort());
      expect(sink.objects.get(objectKeyOf(first))).toMatchObject({ ...first, metadata: { name: first.metadata.name } });
      expect(sink.messages).toEqual([]);
    });

    it('starts with nothing too', async () => {
      const { source, sink } = await open();
      await source.start(sink);
      expect(sink.keys).toEqual([]);
    });

    it('delivers what comes, changes and goes later', async () => {
      const { world, source, sink } = await open(first);
      await source.start(sink);
      await world.put(third);
      await sink.until(() => sink.objects.has(objectKeyOf(third)));
      const before = sink.objects.get(objectKeyOf(first));
      await world.put(suite.change(first));
      await sink.until(() => sink.objects.get(objectKeyOf(first)) !== before);
      expect(sink.objects.get(objectKeyOf(first))).toMatchObject({ ...suite.change(first), metadata: { name: first.metadata.name } });
      await world.remove({ kind: third.kind, namespace: third.metadata.namespace ?? '', name: third.metadata.name });
      await sink.until(() => !sink.objects.has(objectKeyOf(third)));
      expect(sink.keys).toEqual([objectKeyOf(first)]);
    });

    it('leaves alone what it has handed over', async () => {
      const { world, source, sink } = await open(first);
      await source.start(sink);
      const [delivered] = sink.history;
      const copy = structuredClone(delivered);
      const before = sink.objects.get(objectKeyOf(first));
      await world.put(suite.change(first));
      await sink.until(() => sink.objects.get(objectKeyOf(first)) !== before);
      expect(delivered).toEqual(copy);
    });

    it('says where an object comes from, and nothing of others', async () => {
      const { source, sink } = await open(first);
      await source.start(sink);
      const ref = { kind: first.kind, namespace: first.metadata.namespace ?? '', name: first.metadata.name };
      const location = source.locate?.(ref, '') ?? null;
      if (source.locate !== undefined) expect(location).toEqual(expect.stringMatching(/./));
      expect(source.locate?.({ ...ref, name: 'nobody-has-this-name' }, '') ?? null).toBeNull();
    });

    it('reports what it cannot read, keeps what it had, and clears the problem', async () => {
      const { world, source, sink } = await open(first);
      if (world.spoil === undefined || world.mend === undefined) return;
      await source.start(sink);
      await world.spoil();
      await sink.until(() => sink.current.length > 0);
      for (const problem of sink.current) {
        expect(problem.location).not.toBe('');
        expect(problem.message).not.toBe('');
      }
      expect(sink.keys).toEqual([objectKeyOf(first)]);
      await world.mend();
      await sink.until(() => sink.current.length === 0);
    });

    it('delivers nothing after its scope has ended', async () => {
      const { world, source, sink, scope } = await open(first);
      await source.start(sink);
      const delivered = sink.history.length;
      await scope.dispose();
      await world.put(suite.change(first));
      // Another source over the same world sees the change: by then this one would have, too.
      const other = await open(suite.change(first));
      await other.source.start(other.sink);
      expect(sink.history).toHaveLength(delivered);
    });
  });
}
