import { describe, expect, it } from 'vitest';
import { mergeStatus } from './merge-status.ts';

const NOW = '2026-01-01T00:00:00Z';
const THEN = '2020-01-01T00:00:00Z';
const PARENTS = {
  field: 'parents',
  owns: (entry: unknown) => (entry as { controllerName: string }).controllerName === 'ours',
  key: (entry: unknown) => (entry as { parentRef: { name: string } }).parentRef.name,
};
const parent = (name: string, status: string, time?: string, controllerName = 'ours'): object => ({
  parentRef: { name },
  controllerName,
  conditions: [{ type: 'Accepted', status, reason: 'R', message: '', ...(time === undefined ? {} : { lastTransitionTime: time }) }],
});

describe('a merged status', () => {
  it('is nothing when the status says it already, whatever the times', () => {
    expect(mergeStatus({ parents: [parent('a', 'True', THEN)] }, { parents: [parent('a', 'True')] }, [PARENTS], NOW)).toBeNull();
    expect(mergeStatus({}, { parents: [] }, [PARENTS], NOW)).toBeNull();
  });

  it('keeps the entries of others, in their places', () => {
    const others = [parent('x', 'True', THEN, 'theirs'), parent('y', 'False', THEN, 'theirs')];
    const before = { parents: [others[0], parent('a', 'True', THEN), others[1], parent('gone', 'True', THEN)], extra: 1 };
    expect(mergeStatus(before, { parents: [parent('new', 'True'), parent('a', 'False')] }, [PARENTS], NOW)).toEqual({
      parents: [others[0], parent('a', 'False', NOW), others[1], parent('new', 'True', NOW)],
    });
  });

  it('removes all of ours and nothing else', () => {
    const other = parent('x', 'True', THEN, 'theirs');
    expect(mergeStatus({ parents: [parent('a', 'True', THEN), other] }, { parents: [] }, [PARENTS], NOW)).toEqual({ parents: [other] });
  });

  it('leaves one of an entry that is there twice', () => {
    const twice = [parent('a', 'True', THEN), parent('a', 'True', THEN)];
    expect(mergeStatus({ parents: twice }, { parents: [parent('a', 'True')] }, [PARENTS], NOW)).toEqual({
      parents: [parent('a', 'True', THEN)],
    });
  });

  it('keeps the time of a condition whose status is the same, and sets it otherwise', () => {
    const condition = (type: string, status: string, reason: string, time?: string): object => ({
      type,
      status,
      reason,
      ...(time && { lastTransitionTime: time }),
    });
    const before = {
      conditions: [
        condition('Foreign', 'True', 'F', THEN),
        condition('Programmed', 'False', 'A', THEN),
        condition('Accepted', 'True', 'A', THEN),
      ],
      listeners: [
        { name: 'b', conditions: [condition('Ready', 'True', 'A', THEN)] },
        { name: 'a', conditions: [condition('Ready', 'False', 'A', THEN)] },
      ],
    };
    const draft = {
      conditions: [condition('Accepted', 'True', 'B'), condition('Programmed', 'True', 'B')],
      listeners: [
        { name: 'a', conditions: [condition('Ready', 'False', 'A')] },
        { name: 'b', conditions: [condition('Ready', 'False', 'B')] },
      ],
    };
    const owned = {
      field: 'conditions',
      owns: (entry: unknown) => (entry as { type: string }).type !== 'Foreign',
      key: (entry: unknown) => (entry as { type: string }).type,
    };
    expect(mergeStatus(before, draft, [owned], NOW)).toEqual({
      conditions: [
        condition('Foreign', 'True', 'F', THEN),
        condition('Programmed', 'True', 'B', NOW),
        condition('Accepted', 'True', 'B', THEN),
      ],
      listeners: [
        { name: 'a', conditions: [condition('Ready', 'False', 'A', THEN)] },
        { name: 'b', conditions: [condition('Ready', 'False', 'B', NOW)] },
      ],
    });
  });

  it('keeps the conditions of others within entries of ours, equal in every field', () => {
    const foreign = { type: 'Stale', status: 'Unknown', reason: 'F', message: 'm', observedGeneration: 1, lastTransitionTime: THEN };
    const ours = (type: string, status: string, time?: string): object => ({
      type,
      status,
      reason: 'R',
      ...(time !== undefined && { lastTransitionTime: time }),
    });
    const conditions = {
      field: 'conditions',
      owns: (entry: unknown) => (entry as { type: string }).type !== 'Stale',
      key: (entry: unknown) => (entry as { type: string }).type,
    };
    const listeners = {
      field: 'listeners',
      owns: () => true,
      key: (entry: unknown) => (entry as { name: string }).name,
      nested: [conditions],
    };
    const before = {
      listeners: [
        { name: 'a', attachedRoutes: 1, conditions: [ours('Gone', 'True', THEN), foreign, ours('Accepted', 'True', THEN)] },
        { name: 'removed', conditions: [foreign] },
      ],
    };
    const draft = { listeners: [{ name: 'a', attachedRoutes: 2, conditions: [ours('Accepted', 'True'), ours('Programmed', 'True')] }] };
    const merged = {
      listeners: [{ name: 'a', attachedRoutes: 2, conditions: [foreign, ours('Accepted', 'True', THEN), ours('Programmed', 'True', NOW)] }],
    };
    expect(mergeStatus(before, draft, [listeners], NOW)).toEqual(merged);
    expect(mergeStatus(merged, draft, [listeners], NOW)).toBeNull();
  });

  it('takes away fields of objects that are gone, as a merge patch must', () => {
    const before = { loadBalancer: { ingress: [{ ip: '10.0.0.1' }], old: { a: 1 } } };
    expect(mergeStatus(before, { loadBalancer: { ingress: [{ ip: '10.0.0.2' }] } }, [], NOW)).toEqual({
      loadBalancer: { ingress: [{ ip: '10.0.0.2' }], old: null },
    });
  });
});
