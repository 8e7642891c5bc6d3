import type { ObjectRef } from '@gibbon/contracts/resource';

/** Something to say about an object as long as it is true. */
export interface Notice {
  readonly ref: ObjectRef;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for machines. */
  readonly reason: string;
  /** For people: what is wrong, where, and what would be right. Cut to 1 KiB. */
  readonly message: string;
}

/** Names an object. */
export function objectKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** Names a notice: those that say the same of the same object are one. */
export function noticeKey({ ref, type, reason, message }: Notice): string {
  return JSON.stringify([objectKey(ref), type, reason, message]);
}
