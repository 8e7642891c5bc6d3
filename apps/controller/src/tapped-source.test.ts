import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import type { ObjectChange, Source, SourceProblem, SourceSink } from '@gibbon/contracts/source';
import { describe, expect, it } from 'vitest';
import { tappedSource, type SourceTap } from './tapped-source.ts';

const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { namespace: 'ns', name } });
const REF: ObjectRef = { kind: 'Thing', namespace: 'ns', name: 'a' };

/** What happened, in order. */
class World implements SourceSink {
  readonly events: string[] = [];
  readonly told: (readonly [string, readonly SourceProblem[]])[] = [];
  report: (ref: ObjectRef, origin: string, problem: string | null) => void = () => {};

  readonly tap: SourceTap = {
    apply: (changes) => void this.events.push(`tap ${named(changes)}`),
    synced: () => void this.events.push('synced'),
    reportTo: (report) => void (this.report = report),
  };

  apply(changes: readonly ObjectChange[]): void {
    this.events.push(`sink ${named(changes)}`);
  }

  problems(origin: string, problems: readonly SourceProblem[]): void {
    this.told.push([origin, problems]);
  }
}

function named(changes: readonly ObjectChange[]): string {
  return changes.map((change) => (change.type === 'delete' ? `-${change.ref.name}` : change.object.metadata.name)).join();
}

describe('a source with a tap', () => {
  it('tells the control plane first, then the tap, and the tap when everything has come', async () => {
    const world = new World();
    let later: SourceSink | null = null;
    const source: Source = {
      start: async (sink) => {
        later = sink;
        sink.apply([{ type: 'upsert', object: object('a') }]);
        sink.problems('file', []);
      },
    };
    await tappedSource(source, world.tap).start(world);
    (later as SourceSink | null)?.apply([{ type: 'delete', ref: REF }]);
    expect(world.events).toEqual(['sink a', 'tap a', 'synced', 'sink -a', 'tap -a']);
    expect(world.told).toEqual([['file', []]]);
  });

  it('reports what the tap says of an object as a problem of the source, until it is over', async () => {
    const world = new World();
    const source: Source = { start: async () => {}, locate: ({ name }, field) => `here/${name}${field}` };
    const tapped = tappedSource(source, world.tap);
    await tapped.start(world);
    world.report(REF, 'proxies of ns/a', 'quota');
    world.report(REF, 'proxies of ns/a', null);
    expect(world.told).toEqual([
      ['proxies of ns/a', [{ location: 'here/a', ref: REF, field: '', reason: 'ProvisioningFailed', message: 'quota' }]],
      ['proxies of ns/a', []],
    ]);
    expect(tapped.locate?.(REF, '.x')).toBe('here/a.x');
    expect(tappedSource({ start: async () => {} }, world.tap).locate).toBeUndefined();
  });

  it('says nothing of everything having come when the source cannot work', async () => {
    const world = new World();
    const failing = tappedSource({ start: () => Promise.reject(new Error('no folder')) }, world.tap);
    await expect(failing.start(world)).rejects.toThrow('no folder');
    expect(world.events).toEqual([]);
  });
});
