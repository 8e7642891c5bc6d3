import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';
import { Translation, type TranslationResult } from '@gibbon/controlplane-engine';
import {
  arbitraryObject,
  describeFailure,
  endpointSlice,
  ingress,
  makeResourceKinds,
  makeTranslators,
  parseManifests,
  plugin,
  service,
  translateAll,
} from '@gibbon/testing-contract-kits';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controllerStandard } from './index.ts';

const kinds = makeResourceKinds(controllerStandard.filter((module) => module.kind === 'resource'));
const definitions = controllerStandard.filter((module) => module.kind === 'translator');
/** Hundreds of worlds, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;
const TARGETS = [
  { kind: 'kong', routerFlavor: 'traditional_compatible' },
  { kind: 'gibbon', routerFlavor: 'expressions' },
] as const;

const golden = readFileSync(join(import.meta.dirname, '../../../translators/certificates/golden/hosts-of-an-ingress.in.yaml'), 'utf8');
const pairs = parseManifests(golden).flatMap((object) =>
  object.kind === 'Secret' && 'stringData' in object ? [object.stringData as Readonly<Record<string, unknown>>] : [],
);
const anyObject = arbitraryObject(pairs);

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function removal({ kind, metadata }: KubeObject): ObjectChange {
  return { type: 'delete', ref: { kind, namespace: metadata.namespace ?? '', name: metadata.name } };
}

function normalised(object: KubeObject): KubeObject {
  return kinds.get(object.kind)?.normalise?.(object) ?? object;
}

/** What a translation has arrived at. */
function stateOf(translation: Translation, full: NonNullable<TranslationResult['change']>): unknown {
  return { configuration: full.full(), failures: translation.failures().map(describeFailure).sort() };
}

const edits = fc.array(fc.array(fc.record({ object: anyObject, remove: fc.boolean() }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 25,
  size: 'max',
});

describe.each(TARGETS)('incremental translation with the standard modules for $kind, $routerFlavor', (target) => {
  const translators = makeTranslators(definitions, { target });

  it(
    'arrives where translation from scratch does',
    () => {
      fc.assert(
        fc.property(edits, (batches) => {
          const live = new Map<string, KubeObject>();
          const incremental = new Translation({ translators, lastGood: false });
          let latest: TranslationResult['change'] = null;
          for (const batch of batches) {
            const changes = batch.map(({ object, remove }): ObjectChange => {
              if (remove) live.delete(keyOf(object));
              else live.set(keyOf(object), normalised(object));
              return remove ? removal(object) : { type: 'upsert', object: normalised(object) };
            });
            latest = incremental.apply(changes).change ?? latest;
          }
          const fresh = new Translation({ translators, lastGood: false });
          const { change } = fresh.apply([...live.values()].map((object) => ({ type: 'upsert', object })));
          if (latest === null || change === null) throw new Error('a first batch always gives a configuration');
          expect(stateOf(incremental, latest)).toEqual(stateOf(fresh, change));
        }),
        { numRuns: 200 },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'reports and configures what the plain evaluator does, but for conflicts',
    () => {
      fc.assert(
        fc.property(fc.array(anyObject, { maxLength: 40, size: 'max' }), (objects) => {
          const given = objects.map(normalised);
          const plain = translateAll(translators, given);
          const drafts = new Set(plain.entities.map(({ type, entity }) => JSON.stringify([type, { ...entity, tags: null }])));
          const translation = new Translation({ translators });
          const configuration = translation.apply(given.map((object) => ({ type: 'upsert', object }))).change?.full();
          const failures = new Set(translation.failures().map(describeFailure));
          expect(plain.failures.map(describeFailure).filter((failure) => !failures.has(failure))).toEqual([]);
          for (const [type, entities] of Object.entries(configuration ?? {})) {
            for (const entity of entities) expect(drafts).toContain(JSON.stringify([type, { ...entity, tags: null }]));
          }
        }),
        { numRuns: 150 },
      );
    },
    TIMEOUT_MS,
  );
});

describe('the cost of one change', () => {
  const translators = makeTranslators(definitions, { target: { kind: 'gibbon' } });
  const count = 300;
  const many = Array.from({ length: count }, (_, index) => index);
  const objects = [
    plugin('shared'),
    ...many.flatMap((index) => [
      ingress(`web-${index}`, { service: `svc-${index}`, host: `h${index}.test`, plugins: 'shared' }),
      service(`svc-${index}`),
      endpointSlice(`svc-${index}`, ['10.0.0.1']),
    ]),
  ].map(normalised);

  function start(): Translation {
    const translation = new Translation({ translators });
    translation.apply(objects.map((object) => ({ type: 'upsert', object })));
    return translation;
  }

  it('of endpoints is one unit', () => {
    const result = start().apply([{ type: 'upsert', object: endpointSlice('svc-7', ['10.0.0.1', '10.0.0.2']) }]);
    expect(result.translated).toBe(1);
    expect(result.change?.delta).toMatchObject({ targets: { upserted: [{ target: '10.0.0.2:8080' }], deleted: [] } });
  });

  it('of an Ingress does not depend on how many others share its plugin', () => {
    const changed = ingress('web-7', { service: 'svc-7', host: 'new.test', plugins: 'shared' });
    const result = start().apply([{ type: 'upsert', object: normalised(changed) }]);
    expect(result.translated).toBeLessThanOrEqual(3);
    expect(result.change?.delta?.routes?.upserted).toHaveLength(1);
  });

  it('of a Service is its own units and the Ingresses that name it', () => {
    const result = start().apply([{ type: 'upsert', object: normalised(service('svc-7', { 'konghq.com/retries': '1' })) }]);
    expect(result.translated).toBeLessThanOrEqual(5);
    expect(result.change?.delta).toMatchObject({ services: { upserted: [{ retries: 1 }] } });
  });

  it('of a plugin is the plugin and what binds it, not what names it', () => {
    const result = start().apply([{ type: 'upsert', object: normalised(plugin('shared', { config: { header_name: 'x-new' } })) }]);
    expect(result.translated).toBe(1 + count);
    expect(result.change?.delta?.plugins?.upserted).toHaveLength(count);
    expect(result.change?.delta?.routes).toBeUndefined();
  });
});
