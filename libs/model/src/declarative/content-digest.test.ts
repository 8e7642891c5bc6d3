import type { Configuration, Entity, EntityType } from '@gibbon/contracts/entities';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, emptyConfiguration } from '../delta/apply.ts';
import { normaliseEntity } from '../normalise/normalise-entity.ts';
import { contentDigest, ContentDigest } from './content-digest.ts';
import { documentOf } from './nest.ts';
import { writeFields } from './write-fields.ts';

function entity<T extends EntityType>(type: T, input: object): Entity {
  const result = normaliseEntity(type, input, { routerFlavor: 'both' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.entity;
}

const services = Array.from({ length: 4 }, (_, index) => entity('services', { name: `s${index}`, host: `s${index}.test` }));
const routeTo = (service: Entity, path: string): Entity =>
  entity('routes', { name: `r-${service.id}`, paths: [path], service: { id: service.id } });

/** As they come from outside. */
function received(type: EntityType, one: Entity): Record<string, unknown> {
  return JSON.parse(JSON.stringify(writeFields(type, one, { target: 'gibbon' }))) as Record<string, unknown>;
}

describe('the digest of a configuration', () => {
  it('is the same however one was given it, one by one or as a document', () => {
    const rows = fc.record({ at: fc.nat(3), path: fc.constantFrom('/a', '/b', '/c'), gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 20 }), (steps) => {
        const followed = new ContentDigest();
        let configuration = emptyConfiguration();
        for (const { at, path, gone } of steps) {
          const service = services[at] as Entity;
          const route = routeTo(service, path);
          const change = (type: EntityType, one: Entity) => {
            const delta = { [type]: { upserted: gone ? [] : [one], deleted: gone ? [one.id] : [] } };
            configuration = applyDelta(configuration, delta);
            if (gone) followed.delete(type, one.id);
            else followed.set(type, one.id, received(type, one));
          };
          change('services', service);
          change('routes', route);
        }
        expect(followed.text).toBe(contentDigest(configuration));
        expect(digestOfDocument(configuration)).toBe(contentDigest(configuration));
      }),
    );
  });

  it('is another one for another type, id or field', () => {
    const [first, second] = services as [Entity, Entity];
    const digests = [[], [first], [second], [first, second], [{ ...first, tags: ['x'] }]].map((list) =>
      contentDigest({ ...emptyConfiguration(), services: list } as Configuration),
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toBe('0'.repeat(64));
  });

  it('forgets everything', () => {
    const followed = new ContentDigest();
    followed.set('services', 'x', { id: 'x' });
    followed.clear();
    expect(followed.text).toBe('0'.repeat(64));
    followed.delete('services', 'x');
    expect(followed.text).toBe('0'.repeat(64));
  });
});

/** Of a document without nesting, whose references are ids as text. */
function digestOfDocument(configuration: Configuration): string {
  const document = JSON.parse(JSON.stringify(documentOf(configuration, { target: 'gibbon', nested: false }))) as Record<string, unknown>;
  const digest = new ContentDigest();
  for (const type of ['services', 'routes'] as const)
    for (const fields of (document[type] ?? []) as { readonly id: string }[]) digest.set(type, fields.id, fields);
  return digest.text;
}
