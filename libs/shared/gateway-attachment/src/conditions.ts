import type { KubeObject } from '@gibbon/contracts/resource';

/** A condition of a status; when it last changed is for whoever writes it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** Generation of the object that was translated. */
  readonly observedGeneration: number;
}

/** What a condition says, without its type. */
export interface Verdict {
  readonly ok: boolean;
  /** CamelCase, as the Gateway API names it. */
  readonly reason: string;
  readonly message: string;
}

/** A condition of an object from a verdict. */
export function condition(type: string, { ok, reason, message }: Verdict, observedGeneration: number): Condition {
  return { type, status: ok ? 'True' : 'False', reason, message, observedGeneration };
}

/** A verdict that nothing is wrong. */
export function good(reason: string, message: string): Verdict {
  return { ok: true, reason, message };
}

/** A verdict that something is wrong. @param message what is wrong and what would be right. */
export function bad(reason: string, message: string): Verdict {
  return { ok: false, reason, message };
}

/** Generation of an object for its conditions. */
export function generationOf({ metadata }: KubeObject): number {
  return metadata.generation ?? 0;
}
