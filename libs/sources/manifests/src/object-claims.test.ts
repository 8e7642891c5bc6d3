import type { KubeObject } from '@gibbon/contracts/resource';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimKey, ObjectClaims, type Claim } from './object-claims.ts';

const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name } });
const ref = (name: string): { kind: string; namespace: string; name: string } => ({ kind: 'Thing', namespace: '', name });
const claims = (file: string, ...names: string[]): Map<string, Claim> =>
  new Map(names.map((name) => [claimKey(ref(name)), { object: object(name), location: `${file}:${name}` }]));

describe('an object that its file seems to let go', () => {
  it('stays, and goes to another file without being a duplicate', () => {
    const all = new ObjectClaims();
    all.replace('a', claims('a', 'x', 'y'));
    all.settle();
    all.retire('a', new Set([claimKey(ref('x'))]));
    expect(all.settle().changes).toEqual([]);
    all.replace('b', claims('b', 'x'));
    expect(all.settle().changes).toMatchObject([{ type: 'upsert' }]);
    expect(all.find(ref('x'))?.file).toBe('b');
    expect([...all.duplicatesOf('a'), ...all.duplicatesOf('b')]).toEqual([]);
    all.replace('a', claims('a', 'x', 'y'));
    all.settle();
    expect(all.find(ref('x'))?.file).toBe('a');
    expect(all.duplicatesOf('b')).toMatchObject([{ claim: { location: 'b:x' }, winner: { location: 'a:x' } }]);
  });
});

it('gives every object to the first file that has it, in whatever order files come', () => {
  const edit = fc.record({ file: fc.constantFrom('a', 'b', 'c'), names: fc.subarray(['x', 'y', 'z']) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      const all = new ObjectClaims();
      const files = new Map<string, string[]>();
      const delivered = new Set<string>();
      for (const { file, names } of edits) {
        files.set(file, names);
        all.replace(file, claims(file, ...names));
        for (const change of all.settle().changes) {
          if (change.type === 'delete') delivered.delete(change.ref.name);
          else delivered.add(change.object.metadata.name);
        }
        for (const name of ['x', 'y', 'z']) {
          const owners = [...files]
            .filter(([, held]) => held.includes(name))
            .map(([each]) => each)
            .sort();
          expect(delivered.has(name)).toBe(owners.length > 0);
          expect(all.find(ref(name))?.file).toBe(owners[0]);
          for (const owner of owners) expect(all.duplicatesOf(owner).some((each) => each.ref.name === name)).toBe(owner !== owners[0]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
