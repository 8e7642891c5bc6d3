import type { StatusDraft } from '@gibbon/contracts/status';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from './problem-log.ts';
import { ProgrammedStatuses } from './programmed-statuses.ts';

const ref = (name: string) => ({ kind: 'KongConsumer', namespace: 'ns', name });

function draft(name: string, status: 'True' | 'False' = 'True', followsProblems = true): StatusDraft {
  const conditions = [
    { type: 'Other', status: 'True', reason: 'Other', message: '' },
    { type: 'Programmed', status, reason: 'AsTranslated', message: '' },
  ];
  return {
    ref: ref(name),
    uid: name,
    generation: 1,
    status: { conditions, more: 1 },
    owned: [],
    followsProblems,
  } as unknown as StatusDraft;
}

function problem(name: string, message: string, fields: Partial<Problem> = {}): Problem {
  return { ref: ref(name), location: '', field: '', reason: 'Rejected', message, ...fields };
}

let told: string[];
let statuses: ProgrammedStatuses;

beforeEach(() => {
  told = [];
  statuses = new ProgrammedStatuses({
    submit: (drafts) => {
      for (const {
        ref: { name },
        status,
      } of drafts) {
        const [other, programmed] = status['conditions'] as { status: string; reason: string; message: string }[];
        expect([other?.reason, status['more']]).toEqual(['Other', 1]);
        told.push(`${name} ${programmed?.status}/${programmed?.reason} ${programmed?.message}`);
      }
    },
    forget: ({ name }) => void told.push(`-${name}`),
  });
});

describe('a status that follows problems', () => {
  it('says what is wrong as long as something is', () => {
    statuses.submit([draft('a'), draft('b')]);
    statuses.follow({ appeared: [problem('a', 'refused'), problem('a', 'taken', { field: 'username' })], solved: [] });
    statuses.follow({ appeared: [], solved: [problem('a', 'refused', { location: 'elsewhere' })] });
    statuses.follow({ appeared: [], solved: [problem('a', 'taken', { field: 'username' })] });
    expect(told).toEqual([
      'a True/AsTranslated ',
      'b True/AsTranslated ',
      'a False/Invalid refused; username: taken',
      'a False/Invalid username: taken',
      'a True/AsTranslated ',
    ]);
  });

  it('says so of a draft that comes after the problem, and leaves alone what knows of problems itself', () => {
    statuses.follow({ appeared: [problem('a', 'refused'), problem('b', 'no credential')], solved: [] });
    statuses.submit([draft('a'), draft('b', 'False')]);
    expect(told).toEqual(['a False/Invalid refused', 'b False/AsTranslated ']);
  });

  it('ends with its object', () => {
    statuses.submit([draft('a')]);
    statuses.forget(ref('a'));
    statuses.follow({ appeared: [problem('a', 'refused'), problem('x', 'no object', { ref: null })], solved: [] });
    expect(told).toEqual(['a True/AsTranslated ', '-a']);
  });
});

describe('another status', () => {
  it('is handed on as it is', () => {
    statuses.follow({ appeared: [problem('a', 'refused')], solved: [] });
    statuses.submit([draft('a', 'True', false)]);
    statuses.follow({ appeared: [], solved: [problem('a', 'refused')] });
    expect(told).toEqual(['a True/AsTranslated ']);
  });
});
