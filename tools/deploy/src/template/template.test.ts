import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printTemplate } from './chart.ts';
import { ForEach, OptionalValue, Served, text, Text, Unless, Value, ValueText, VariablesOf, When, type Node } from './node.ts';
import { resolve } from './plain.ts';

const RELEASE = new Text('{{ .Release.Name }}', 'gibbon');

/** Values by path. */
const resolveWith = (node: Node, values: Readonly<Record<string, unknown>>): unknown => resolve(node, (path) => values[path]);

describe('printTemplate', () => {
  it('prints what YAML would take for something else in quotes', () => {
    const node = { a: 'yes', b: '1', c: 'x: y', d: '', e: 'plain/text-1.0', f: 5, g: false, h: [], i: {}, 'j.k/l': ['0', 'b'] };
    expect(parse(printTemplate(node))).toEqual(node);
  });

  it('prints records in lists, and leaves out what is undefined', () => {
    const node = { list: [{ a: 1, b: { c: [{ d: 2 }] }, e: undefined }, 'x'] };
    expect(parse(printTemplate(node))).toEqual({ list: [{ a: 1, b: { c: [{ d: 2 }] } }, 'x'] });
  });

  it('prints values and conditions as actions', () => {
    const node = {
      name: text`${RELEASE}-proxy`,
      count: new Value('n'),
      level: new ValueText('level'),
      ips: new When('ips', new ValueText('ips', true)),
      tolerations: new OptionalValue('tolerations'),
      env: [{ name: 'A', value: 'b' }, new VariablesOf('env')],
    };
    expect(printTemplate(node)).toBe(`name: "{{ .Release.Name }}-proxy"
count: {{ $.Values.n }}
level: {{ $.Values.level | quote }}
{{- if $.Values.ips }}
ips: {{ join "," $.Values.ips | quote }}
{{- end }}
{{- with $.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  - name: A
    value: b
{{- range $name, $value := $.Values.env }}
  - name: {{ $name }}
    value: {{ $value | quote }}
{{- end }}
`);
  });

  it('prints what is there without a value, with a kind, and for each element', () => {
    expect(printTemplate(new Unless('off', { a: 1 }))).toBe('{{- if not $.Values.off }}\na: 1\n{{- end }}\n');
    expect(printTemplate(new Served('x.test/v1', { a: 1 }))).toBe(
      '{{- if $.Capabilities.APIVersions.Has "x.test/v1" }}\na: 1\n{{- end }}\n',
    );
    expect(printTemplate(new ForEach('names', (name) => [{ a: name }, { b: 1 }]))).toBe(
      '{{- range $element := $.Values.names }}\n---\na: "{{ $element }}"\n---\nb: 1\n{{- end }}\n',
    );
  });

  it('wraps a whole manifest', () => {
    expect(printTemplate(new When('on', { a: 1 }))).toBe('{{- if $.Values.on }}\na: 1\n{{- end }}\n');
  });

  it('refuses a list element whose first field may be absent', () => {
    expect(() => printTemplate({ list: [{ a: new When('x', 1), b: 2 }] })).toThrow('first field');
  });
});

describe('resolve', () => {
  const node = {
    name: text`${RELEASE}-proxy`,
    count: new Value('n'),
    ips: new When('ips', new ValueText('ips', true)),
    tolerations: new OptionalValue('tolerations'),
    env: [{ name: 'A', value: 'b' }, new When('ips', { name: 'B', value: '' }), new VariablesOf('env')],
  };

  it('gives what the defaults make of a manifest', () => {
    const values = { n: 2, ips: ['a', 'b'], tolerations: [{ key: 'k' }], env: { C: 1 } };
    const env = [
      { name: 'A', value: 'b' },
      { name: 'B', value: '' },
      { name: 'C', value: '1' },
    ];
    expect(resolveWith(node, values)).toEqual({ name: 'gibbon-proxy', count: 2, ips: 'a,b', tolerations: [{ key: 'k' }], env });
  });

  it('leaves out what is empty', () => {
    expect(resolveWith(node, { n: 0, ips: [], tolerations: [], env: {} })).toEqual({
      name: 'gibbon-proxy',
      count: 0,
      env: [{ name: 'A', value: 'b' }],
    });
    expect(resolveWith(new When('x', { a: 1 }), { x: '' })).toBeUndefined();
    expect(resolveWith(new Unless('x', { a: 1 }), { x: 'y' })).toBeUndefined();
    expect(resolveWith(new ForEach('x', () => [{ a: 1 }]), { x: [] })).toBeUndefined();
  });

  it('keeps what only a cluster can tell', () => {
    expect(resolveWith(new Served('x.test/v1', { a: 1 }), {})).toEqual({ a: 1 });
    expect(resolveWith(new Unless('x', { a: 1 }), { x: [] })).toEqual({ a: 1 });
  });
});
