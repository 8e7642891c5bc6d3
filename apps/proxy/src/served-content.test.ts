import { contentDigest, documentOf, emptyConfiguration, normaliseEntity, writeFields } from '@gibbon/model';
import type { Configuration, Service } from '@gibbon/contracts/entities';
import { describe, expect, it } from 'vitest';
import { ServedContent } from './served-content.ts';

function service(name: string): Service {
  const result = normaliseEntity('services', { name, host: `${name}.test` });
  if (!result.ok) throw new Error('unsound');
  return result.entity;
}

const [a, b] = [service('a'), service('b')] as const;
const configuration = (...services: readonly Service[]): Configuration => ({ ...emptyConfiguration(), services });
const document = (...services: readonly Service[]) => documentOf(configuration(...services), { target: 'gibbon', nested: false });
const written = (one: Service) => writeFields('services', one, { target: 'gibbon' });

describe('ServedContent', () => {
  it('names what serves as who gave it does, whole or by differences', () => {
    const content = new ServedContent();
    expect(content.text).toBeNull();
    content.replace(document(a));
    expect(content.text).toBe(contentDigest(configuration(a)));
    content.change({ services: { upserted: [written(b)], deleted: [a.id.toUpperCase()] } });
    expect(content.text).toBe(contentDigest(configuration(b)));
    content.change({ services: { upserted: [written({ ...b, host: 'other.test' })] } });
    expect(content.text).toBe(contentDigest(configuration({ ...b, host: 'other.test' })));
    content.replace(document(a, b));
    expect(content.text).toBe(contentDigest(configuration(a, b)));
  });

  it.each([
    ['text', '{"_format_version":"3.0"}'],
    ['nested', { _format_version: '3.0', services: [{ ...written(a), routes: [{ id: 'r' }] }] }],
    ['without ids', { _format_version: '3.0', services: [{ name: 'a', host: 'a.test' }] }],
    ['with more than entities', { _format_version: '3.0', _transform: false, services: [written(a)] }],
    ['with something else in a list', { services: [null] }],
  ])('does not name what came as %s', (_, source) => {
    const content = new ServedContent();
    content.replace(document(a));
    content.replace(source);
    expect(content.text).toBeNull();
    content.change({ services: { upserted: [written(b)] } });
    expect(content.text).toBeNull();
  });

  it('forgets what it named', () => {
    const content = new ServedContent();
    content.replace(document(a));
    content.change({ services: { upserted: [{ ...written(b), routes: [] }] } });
    expect(content.text).toBeNull();
    content.replace(document(b));
    content.lose();
    expect(content.text).toBeNull();
  });
});
