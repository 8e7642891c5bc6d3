import type { KubeObject } from '@gibbon/contracts/resource';
import { EMPTY_OUTPUT } from '@gibbon/contracts/translator';
import { describe, expect, it } from 'vitest';
import { Draft, type Normalise } from './draft.ts';
import { STRIP_PATH } from './route-annotations.ts';

const OWNER = { kind: 'Ingress', namespace: 'shop', name: 'web' };
const OTHER = { kind: 'Service', namespace: 'shop', name: 'cart' };
const accept = ((_type: string, input: unknown) => ({ ok: true, entity: input })) as Normalise;
const refuse = (() => ({
  ok: false,
  problems: [
    { path: 'paths.1', message: 'bad' },
    { path: '', message: 'worse' },
  ],
})) as Normalise;

describe('Draft', () => {
  it('yields the shared empty output when nothing happened', () => {
    expect(new Draft(accept).output()).toBe(EMPTY_OUTPUT);
  });

  it('collects entities with their owner', () => {
    const draft = new Draft(accept);
    expect(draft.add('consumers', { username: 'bob' }, { owner: OWNER })).toEqual({ username: 'bob' });
    expect(draft.output()).toEqual({ entities: [{ type: 'consumers', entity: { username: 'bob' }, owner: OWNER }], failures: [] });
  });

  it('notes every problem of a refused entity where the object has it', () => {
    const draft = new Draft(refuse);
    const locate = (path: string): string => (path === 'paths.1' ? 'spec.rules.1.http.paths.1.path' : '');
    expect(draft.add('routes', {}, { owner: OWNER, others: [OTHER], locate })).toBeNull();
    expect(draft.output()).toEqual({
      entities: [],
      failures: [
        {
          refs: [OWNER, OTHER],
          field: 'spec.rules.1.http.paths.1.path',
          reason: 'InvalidConfiguration',
          message: "Kong's routes field paths.1: bad",
        },
        { refs: [OWNER, OTHER], field: '', reason: 'InvalidConfiguration', message: "Kong's routes: worse" },
      ],
    });
  });

  it('reads annotations and notes those that cannot be understood', () => {
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Ingress',
      metadata: { namespace: 'shop', name: 'web', annotations: { 'konghq.com/strip-path': 'si' } },
    };
    const draft = new Draft(accept);
    expect(draft.annotation(object, STRIP_PATH)).toBeNull();
    expect(draft.output().failures).toHaveLength(1);
  });
});
