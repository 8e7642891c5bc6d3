import { TestServices } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import { KINDS, thing } from '../testing/thing-kinds.ts';
import { FieldLocator } from './field-locator.ts';
import { ManifestParser } from './manifest-parser.ts';
import type { ParsedFile } from './parsed.ts';
import { splitDocuments } from './split-documents.ts';

const services = new TestServices();
const parser = new ManifestParser(KINDS, services.logger);
const parse = (text: string, path = 'a.yaml', previous: ParsedFile | null = null): ParsedFile => parser.parse(path, text, previous);
const names = (file: ParsedFile): string[] =>
  file.documents.flatMap(({ parsed }) => parsed.objects.map(({ object }) => object.metadata.name));
const problems = (file: ParsedFile): string[] =>
  file.documents.flatMap(({ parsed, line }) =>
    parsed.problems.map(({ position, field, message }) => `${position.line + line + 1}:${position.column + 1} ${field}: ${message}`),
  );

describe('what a file holds', () => {
  it('is every document, and every item of a List', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: test.dev/v1\n  kind: Thing\n  metadata: { name: c }\n- { apiVersion: v1, kind: World, metadata: { name: d } }\n`;
    const file = parse(`# a comment\n---\n${thing('a')}---\n---\n${thing('b')}--- # more\n${list}...\n`);
    expect(names(file)).toEqual(['a', 'b', 'c', 'd']);
    expect(problems(file)).toEqual([]);
    expect(names(parse(`---\n${thing('a')}---\n\n---\n${thing('b')}`))).toEqual(['a', 'b']);
    expect(names(parse(JSON.stringify({ apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { name: 'j' } }), 'a.json'))).toEqual(['j']);
    expect(names(parse(''))).toEqual([]);
  });

  it('has metadata as the API server would have set it', () => {
    const [thingDocument, worldDocument] = parse(
      `${thing('a')}---\napiVersion: v1\nkind: World\nmetadata: { name: w, namespace: ignored, resourceVersion: "9", uid: u, creationTimestamp: "2026-01-01T00:00:00Z" }\n`,
    ).documents;
    expect(thingDocument?.parsed.objects[0]?.object.metadata).toEqual({
      name: 'a',
      namespace: 'default',
      creationTimestamp: '1970-01-01T00:00:00Z',
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
    });
    expect(worldDocument?.parsed.objects[0]?.object.metadata).toEqual({ name: 'w', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(parse(thing('a')).documents[0]?.parsed.objects[0]?.object.metadata.uid).toBe(
      thingDocument?.parsed.objects[0]?.object.metadata.uid,
    );
    expect(parse(thing('b')).documents[0]?.parsed.objects[0]?.object.metadata.uid).not.toBe(
      thingDocument?.parsed.objects[0]?.object.metadata.uid,
    );
  });

  it('leaves out what is not admitted or of no known kind, without complaint', () => {
    const file = parse(
      `${thing('a').replace('name: a', 'name: a\n  labels: { class: other }')}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\n`,
    );
    expect(names(file)).toEqual([]);
    expect(problems(file)).toEqual([]);
    expect(services.lines.at(-1)).toEqual({
      level: 'debug',
      fields: { kind: 'Deployment' },
      message: 'manifest of a kind that this build does not read is ignored',
    });
  });

  it('keeps text that YAML 1.1 would have taken for something else', () => {
    const object = parse(
      'apiVersion: v1\nkind: World\nmetadata: { name: w }\nspec: &s { on: yes, at: 2026-01-01, port: 0o17 }\nmore: { <<: *s, on: no }\n',
    ).documents[0]?.parsed.objects[0]?.object;
    expect(object).toMatchObject({ spec: { on: 'yes', at: '2026-01-01', port: 15 }, more: { on: 'no', at: '2026-01-01' } });
  });
});

describe('problems', () => {
  it.each([
    [
      'a broken document',
      `${thing('a')}---\na: [1,\nb: 2\n`,
      ['9:1 : Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a tab', 'a:\n\t- b\n', ['2:1 : Tabs are not allowed as indentation']],
    ['an alias to nothing', 'a: *b\n', ['1:1 : Unresolved alias (the anchor must be set before the alias): b']],
    ['a key twice', 'a: 1\na: 2\n', ['2:1 : Map keys must be unique']],
    ['no object', '- a\n', ['1:1 : expected a Kubernetes object with apiVersion, kind and metadata']],
    [
      'no kind',
      'apiVersion: v1\n',
      ['1:1 kind: required; expected the text that names the kind of object, e.g. "networking.k8s.io/v1" and "Ingress"'],
    ],
    [
      'no name',
      'apiVersion: v1\nkind: World\nmetadata:\n  labels: {}\n',
      ['3:1 metadata.name: required; expected the name of the object, as text'],
    ],
    [
      'a number as namespace',
      thing('a').replace('name: a', 'name: a\n  namespace: 12'),
      ['5:14 metadata.namespace: expected a string; put it in quotes'],
    ],
    [
      'another version',
      thing('a').replace('v1', 'v2'),
      ['1:13 apiVersion: "test.dev/v2" is not read for Thing; expected test.dev/v1 or test.dev/v1beta1'],
    ],
    [
      'another group',
      thing('a').replace('test.dev/', ''),
      ['1:13 apiVersion: "v1" is not read for Thing; expected test.dev/v1 or test.dev/v1beta1'],
    ],
    ['a bad value', `---\n${thing('a', 'big')}`, ['7:9 spec.size: expected a number']],
    ['a missing field', `${thing('a')}  parts:\n  - size: 1\n  - name: x\n`, ['9:5 spec.parts.2.size: required']],
    [
      'a bad value in a List',
      `kind: List\napiVersion: v1\nitems:\n- ${thing('a', 'big').trimEnd().replaceAll('\n', '\n  ')}\n`,
      ['9:11 spec.size: expected a number'],
    ],
  ])('of %s say where', (_title, text, expected) => {
    expect(problems(parse(text))).toEqual(expected.map((part) => expect.stringContaining(part)));
  });

  it('of JSON say where', () => {
    expect(problems(parse('{\n  "a": 1,\n}', 'a.json'))).toEqual(['3:1 : Expected double-quoted property name']);
    const json = JSON.stringify({ apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { name: 'j' }, spec: { size: 'x' } }, null, 2);
    expect(problems(parse(json, 'a.json'))).toEqual(['8:13 spec.size: expected a number']);
    expect(problems(parse('{"a": ', 'a.json'))[0]).toMatch(/^1:7 /);
  });

  it('leave the other documents readable, and tell that the file is broken', () => {
    const file = parse(`${thing('a')}---\n{{- template }}: [\n---\n${thing('b')}`);
    expect(names(file)).toEqual(['a', 'b']);
    expect(file.broken).toBe(true);
    expect(parse(thing('a', 'big')).broken).toBe(false);
  });

  it('of a kind whose code fails are told as such', () => {
    const failing = new ManifestParser(
      new Map([
        [
          'World',
          {
            group: '',
            versions: ['v1'],
            kind: 'World',
            plural: 'worlds',
            namespaced: false,
            validate: () => {
              throw new Error('oh');
            },
          },
        ],
      ]),
      services.logger,
    );
    expect(problems(failing.parse('a.yaml', 'apiVersion: v1\nkind: World\nmetadata: { name: w }\n', null))).toEqual([
      '1:1 : cannot be read: oh',
    ]);
  });
});

describe('reading again', () => {
  it('parses what is new only', () => {
    const before = parse(`${thing('a')}---\n${thing('b')}---\n${thing('c')}`);
    const after = parse(`# moved\n${thing('x')}---\n${thing('b')}---\n${thing('c')}`, 'a.yaml', before);
    expect(names(after)).toEqual(['x', 'b', 'c']);
    expect(after.documents[1]?.parsed).toBe(before.documents[1]?.parsed);
    expect(after.documents[2]?.parsed).toBe(before.documents[2]?.parsed);
    expect(after.documents[1]?.line).toBe((before.documents[1]?.line ?? 0) + 1);
  });

  it('finds fields, with dots in keys too', () => {
    const text = `${thing('a')}---\n${thing('b').replace('name: b', 'name: b\n  annotations:\n    konghq.com/plugins: p')}`;
    const document = parse(text).documents[1]?.parsed.digest ?? '';
    const locate = (field: string): unknown => new FieldLocator(text, false).locate({ document, ordinal: 0, within: '' }, field);
    expect(locate('metadata.annotations.konghq.com/plugins')).toEqual({ line: 12, column: 24 });
    expect(locate('metadata.annotations.konghq.com/methods')).toEqual({ line: 11, column: 2 });
    expect(locate('spec.size')).toEqual({ line: 14, column: 8 });
    expect(new FieldLocator(thing('z'), false).locate({ document, ordinal: 0, within: '' }, 'spec.size')).toBeNull();
  });
});

describe('splitting', () => {
  it('gives back all the text but what is blank', () => {
    const text = `a: 1\n---\nb: |\n  text\n  ---x\n---  # c\n\n---\nd: "x"\n`;
    expect(splitDocuments(text)).toEqual([
      { text: 'a: 1\n', line: 0 },
      { text: '---\nb: |\n  text\n  ---x\n', line: 1 },
      { text: '---  # c\n\n', line: 5 },
      { text: '---\nd: "x"\n', line: 7 },
    ]);
    expect(splitDocuments('%YAML 1.2\n---\na: 1\n---\nb: 2\n')).toHaveLength(1);
  });
});
