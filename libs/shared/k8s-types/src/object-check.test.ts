import type { KubeObject } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { ObjectCheck } from './object-check.ts';
import { slimObject } from './slim.ts';

function problemsOf(use: (check: ObjectCheck) => unknown): readonly unknown[] {
  const check = new ObjectCheck();
  use(check);
  return check.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('ObjectCheck', () => {
  it('is content with what is right and with what is absent', () => {
    expect(
      problemsOf((check) => {
        check.metadata({ name: 'web.1', namespace: 'shop', labels: { a: 'b' }, annotations: { c: '' } });
        expect(check.record({ a: 1 }, 'r')).toEqual({ a: 1 });
        expect(check.items(['x'], 'l')).toEqual([['x', 'l.1']]);
        expect(check.texts(['x', 'y'], 'l')).toEqual(['x', 'y']);
        expect(check.integer(5, 'i', 1, 5)).toBe(5);
        expect(check.boolean(false, 'b')).toBe(false);
        expect(check.oneOf('a', 'o', ['a'])).toBe('a');
        expect([
          check.record(undefined, ''),
          check.items(null, ''),
          check.text(undefined, ''),
          check.integer(null, '', 0, 1),
          check.boolean(undefined, ''),
          check.oneOf(null, '', []),
        ]).toEqual([null, [], null, null, null, null]);
      }),
    ).toEqual([]);
  });

  it('says where and what would be right', () => {
    expect(
      problemsOf((check) => {
        check.present('', 'a', 'a name');
        check.record([], 'b');
        check.items({}, 'c');
        check.texts(['ok', 7, null], 'd', 'a word', /^\w+$/);
        check.integer(1.5, 'e', 0, 9);
        check.boolean('true', 'f');
        check.oneOf('x', 'g', ['a', 'b']);
      }),
    ).toEqual([
      'a: required; expected a name',
      'b: expected an object',
      'c: expected a list',
      'd.2: expected a word; put it in quotes',
      'd.3: expected a word',
      'e: expected an integer from 0 to 9',
      'f: expected true or false, without quotes',
      'g: expected one of a, b; found "x"',
    ]);
  });

  it('finds annotations that YAML did not read as strings', () => {
    expect(problemsOf((check) => check.metadata({ name: 'Web', annotations: { 'konghq.com/strip-path': true } }))).toEqual([
      'metadata.name: expected a lower-case name of letters, digits, "-" and "."',
      'metadata.annotations.konghq.com/strip-path: expected a string; put it in quotes',
    ]);
    expect(problemsOf((check) => check.metadata(undefined))).toEqual(['metadata.name: required; expected the name of the object']);
  });
});

describe('slimObject', () => {
  it('drops what nobody reads', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'cart',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '7',
        generation: 2,
        creationTimestamp: '2024-01-01T00:00:00Z',
        labels: { a: 'b' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', keep: 'me' },
        managedFields: [{}],
        finalizers: ['x'],
      },
      spec: { ports: [{ port: 80 }] },
      status: { loadBalancer: {} },
    };
    expect(slimObject(object)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'cart',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '7',
        generation: 2,
        creationTimestamp: '2024-01-01T00:00:00Z',
        labels: { a: 'b' },
        annotations: { keep: 'me' },
      },
      spec: { ports: [{ port: 80 }] },
    });
    expect(slimObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
  });

  it('takes null for absent, but in free-form configuration', () => {
    const spec = { rules: [{ host: 'a.test' }] };
    const object = {
      apiVersion: 'x/v1',
      kind: 'X',
      metadata: { name: 'x', labels: null, annotations: { a: null, b: '' } },
      spec: { ...spec, tls: null, list: [1, null] },
      config: { a: null },
      extra: null,
    } as unknown as KubeObject;
    const slim = slimObject(object) as KubeObject & { readonly spec: typeof spec };
    expect(slim).toEqual({
      apiVersion: 'x/v1',
      kind: 'X',
      metadata: { name: 'x', annotations: { b: '' } },
      spec: { ...spec, list: [1] },
      config: { a: null },
    });
    expect(slim.spec.rules).toBe(spec.rules);
  });
});
