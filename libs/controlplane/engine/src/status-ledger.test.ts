import type { KubeObject } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import type { TranslationOutput, Translator, Unit } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { StatusLedger } from './status-ledger.ts';
import { Translation } from './translation.ts';

function draft(name: string, status: object, fields: Partial<StatusDraft> = {}): StatusDraft {
  const ref = { kind: 'Thing', namespace: 'ns', name };
  return { ref, group: 'x.io', version: 'v1', plural: 'things', generation: 1, uid: name, status: { ...status }, owned: [], ...fields };
}

describe('a ledger of statuses', () => {
  it('tells what changed since the last look', () => {
    const ledger = new StatusLedger();
    ledger.replace('a', [draft('one', { ok: true }), draft('two', { ok: true })]);
    expect(ledger.drain()).toEqual({ changed: [draft('one', { ok: true }), draft('two', { ok: true })], removed: [] });
    ledger.replace('a', [draft('one', { ok: true }), draft('two', { ok: false })]);
    expect(ledger.drain()).toEqual({ changed: [draft('two', { ok: false })], removed: [] });
    ledger.replace('a', []);
    expect(ledger.drain()).toEqual({ changed: [], removed: [draft('one', {}).ref, draft('two', {}).ref] });
    expect(ledger.current()).toEqual([]);
  });

  it('tells of a new generation and of another incarnation, though the status is the same', () => {
    const ledger = new StatusLedger();
    ledger.replace('a', [draft('one', {})]);
    ledger.drain();
    ledger.replace('a', [draft('one', {}, { generation: 2 })]);
    expect(ledger.drain().changed).toHaveLength(1);
    ledger.replace('a', [draft('one', {}, { generation: 2, uid: 'again' })]);
    expect(ledger.drain().changed).toHaveLength(1);
  });

  it('says nothing of what came and went, or changed back', () => {
    const ledger = new StatusLedger();
    ledger.replace('a', [draft('one', { n: 1 })]);
    ledger.drain();
    ledger.replace('a', [draft('one', { n: 2 })]);
    ledger.replace('b', [draft('two', {})]);
    ledger.replace('a', [draft('one', { n: 1 })]);
    ledger.replace('b', []);
    expect(ledger.drain()).toEqual({ changed: [], removed: [] });
  });

  it('lets one unit take an object over from another, in either order', () => {
    const ledger = new StatusLedger();
    ledger.replace('a', [draft('one', { by: 'a' })]);
    ledger.drain();
    ledger.replace('b', [draft('one', { by: 'b' })]);
    ledger.replace('a', []);
    expect(ledger.drain()).toEqual({ changed: [draft('one', { by: 'b' })], removed: [] });
  });
});

interface Thing extends KubeObject {
  readonly state: string;
}

/** Yields a status and nothing else; throws where the object says so. */
class Things implements Translator {
  readonly objects = ['Thing'];
  readonly derived = [];
  readonly indexes = [];

  translate(unit: Unit): TranslationOutput {
    const { state, metadata } = unit.object as Thing;
    if (state === 'throws') throw new Error('no');
    return { entities: [], failures: [], statuses: [draft(metadata.name, { state })] };
  }
}

function thing(name: string, state: string): Thing {
  return { apiVersion: 'x.io/v1', kind: 'Thing', metadata: { namespace: 'ns', name }, state };
}

describe('a translation', () => {
  it('carries statuses out, those that changed', () => {
    const translation = new Translation({ translators: [new Things()] });
    const put = (object: Thing) => translation.apply([{ type: 'upsert', object }]).statuses;
    expect(put(thing('one', 'new'))).toEqual({ changed: [draft('one', { state: 'new' })], removed: [] });
    expect(put(thing('two', 'new')).changed).toEqual([draft('two', { state: 'new' })]);
    expect(put({ ...thing('two', 'new'), metadata: { namespace: 'ns', name: 'two', labels: { a: 'b' } } }).changed).toEqual([]);
    expect(translation.statuses()).toHaveLength(2);
    expect(translation.apply([{ type: 'delete', ref: refOf(thing('one', '')) }]).statuses).toEqual({
      changed: [],
      removed: [refOf(thing('one', ''))],
    });
  });

  it('keeps the status of a unit whose translator throws', () => {
    const translation = new Translation({ translators: [new Things()], onCrash: () => undefined });
    translation.apply([{ type: 'upsert', object: thing('one', 'good') }]);
    expect(translation.apply([{ type: 'upsert', object: thing('one', 'throws') }]).statuses).toEqual({ changed: [], removed: [] });
    expect(translation.statuses()).toEqual([draft('one', { state: 'good' })]);
  });
});
