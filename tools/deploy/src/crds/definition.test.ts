import type { KubeObject } from '@gibbon/contracts/resource';
import { controllerStandard } from '@gibbon/preset-controller-standard';
import { compileSchema } from '@gibbon/schema';
import { parseManifests } from '@gibbon/testing-contract-kits';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceKindsOf } from '../build-contents.ts';
import { customResourceDefinition, isDefined } from './definition.ts';
import type { Schema } from './structural-schema.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const kinds = resourceKindsOf(controllerStandard).filter(isDefined);
const definitions = new Map(kinds.map((kind) => [kind.kind, customResourceDefinition(kind) as any]));

/** The API server's view of a schema, in words of ours: what is unknown is let pass where it would be kept. */
function openSchema(schema: Schema): Schema {
  const result: Record<string, unknown> = { ...schema };
  const { properties, items, additionalProperties } = schema;
  if (properties !== undefined)
    result['properties'] = Object.fromEntries(
      Object.entries(properties as Record<string, Schema>).map(([name, field]) => [name, openSchema(field)]),
    );
  if (items !== undefined) result['items'] = openSchema(items as Schema);
  if (typeof additionalProperties === 'object') result['additionalProperties'] = openSchema(additionalProperties as Schema);
  else
    result['additionalProperties'] =
      schema['x-kubernetes-preserve-unknown-fields'] === true || (schema['type'] === 'object' && properties === undefined);
  return result;
}

/** What the structural part of a definition finds wrong with an object; `kubectl` refuses unknown fields as well. */
function problemsOf(object: KubeObject): readonly string[] {
  const schema = openSchema(definitions.get(object.kind).spec.versions[0].schema.openAPIV3Schema);
  const result = compileSchema(schema)(JSON.parse(JSON.stringify(object)));
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

function* schemasIn(schema: any, path: string): Generator<readonly [string, any]> {
  yield [path, schema];
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* schemasIn(field, `${path}.${name}`);
  if (schema.items !== undefined) yield* schemasIn(schema.items, `${path}[]`);
  if (schema.additionalProperties !== undefined) yield* schemasIn(schema.additionalProperties, `${path}{}`);
}

const files = globSync(['libs/translators/*/golden/*.in.yaml', 'examples/quickstart/*.yaml'], { cwd: ROOT });
const examples = files.flatMap((file) =>
  parseManifests(readFileSync(join(ROOT, file), 'utf8'))
    .filter(({ kind }) => definitions.has(kind))
    .map((object) => [`${object.kind} ${object.metadata.name} of ${file}`, object] as const),
);
const checks = new Map(kinds.map((kind) => [kind.kind, kind.validate]));

describe('custom resource definitions', () => {
  it('are there for the kinds of Kong that are read', () => {
    expect([...definitions.keys()].sort()).toEqual([
      'KongClusterPlugin',
      'KongConsumer',
      'KongConsumerGroup',
      'KongIngress',
      'KongPlugin',
      'KongUpstreamPolicy',
    ]);
  });

  it.each([...definitions])('of %s has its names, a status, and a description of every field', (kind, definition) => {
    const { names, group, versions } = definition.spec;
    expect(definition.metadata.name).toBe(`${names.plural}.${group}`);
    expect(names).toMatchObject({ kind, listKind: `${kind}List`, singular: kind.toLowerCase() });
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({ served: true, storage: true, subresources: { status: {} } });
    const fields = [...schemasIn(versions[0].schema.openAPIV3Schema, kind)].filter(([path]) => !/(?:\[\]|\{\}|\.metadata)$/.test(path));
    const undescribed = fields.filter(([, schema]) => !/\w.*\.$/s.test(schema.description ?? ''));
    expect(undescribed.map(([path]) => path)).toEqual([]);
    expect(versions[0].schema.openAPIV3Schema.properties.status).toBeDefined();
  });

  it.each([...definitions])('of %s has a message for every rule, and columns that exist', (_kind, definition) => {
    const [version] = definition.spec.versions;
    for (const [, schema] of schemasIn(version.schema.openAPIV3Schema, '')) {
      for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
        expect(message).toMatch(/\S/);
        // Fields that a rule speaks of are fields of the schema that it stands at.
        for (const [, field] of rule.matchAll(/\bself\.(\w+)/g)) expect(Object.keys(schema.properties)).toContain(field);
      }
    }
    for (const { jsonPath } of version.additionalPrinterColumns) {
      const [first = ''] = jsonPath.split('.').slice(1);
      expect(Object.keys(version.schema.openAPIV3Schema.properties)).toContain(first);
    }
  });
});

describe('what definitions accept', () => {
  it('are looked at by the dozen', () => {
    expect(examples.length).toBeGreaterThan(40);
  });

  it.each(examples)('%s, as far as its module does', (_name, object) => {
    const refused = checks.get(object.kind)?.(object) ?? [];
    if (refused.length === 0) expect(problemsOf(object)).toEqual([]);
  });

  const plugin = (fields: object): KubeObject => ({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'x' },
    ...fields,
  });
  const policy = (spec: object): KubeObject =>
    ({ apiVersion: 'configuration.konghq.com/v1beta1', kind: 'KongUpstreamPolicy', metadata: { name: 'x' }, spec }) as never;

  it.each([
    ['a plugin without name', plugin({}), ['plugin']],
    ['fields under spec', plugin({ plugin: 'cors', spec: {} }), ['spec']],
    ['half a reference', plugin({ plugin: 'cors', configFrom: { secretKeyRef: { name: 's' } } }), ['configFrom.secretKeyRef.key']],
    [
      'a reference of a cluster-wide plugin without namespace',
      { ...plugin({ plugin: 'cors', configFrom: { secretKeyRef: { name: 's', key: 'k' } } }), kind: 'KongClusterPlugin' },
      ['configFrom.secretKeyRef.namespace'],
    ],
    [
      'wrong types',
      plugin({ plugin: 'cors', config: [], disabled: 'no', protocols: ['http', 'ws'] }),
      ['config', 'disabled', 'protocols.2'],
    ],
    [
      'numbers out of range',
      policy({ slots: 1, healthchecks: { threshold: 101, active: { httpPath: 'x' } } }),
      ['spec.healthchecks.active.httpPath', 'spec.healthchecks.threshold', 'spec.slots'],
    ],
    ['an input that does not exist', policy({ hashOn: { input: 'moon' } }), ['spec.hashOn.input']],
  ])('not: %s', (_name, object, paths) => {
    const found = problemsOf(object as KubeObject).map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(found.sort()).toEqual(paths);
    // Whoever applies such an object to a folder hears of it as well.
    expect(checks.get(object.kind)?.(object as KubeObject)).not.toEqual([]);
  });

  it('not: a typing error, of which a module would hear nothing', () => {
    expect(problemsOf(policy({ algoritm: 'latency' })).map((problem) => problem.split(':')[0])).toEqual(['spec.algoritm']);
  });
});
