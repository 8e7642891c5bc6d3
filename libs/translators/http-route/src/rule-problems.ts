import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Verdict } from '@gibbon/gateway-attachment';

/** What is wrong with a rule. */
export interface RuleProblem {
  /** Dotted path in the route. */
  readonly field: string;
  readonly verdict: Verdict;
  /**
   * What it concerns: a reference (ResolvedRefs), or the rule or a match of it as such, which is then not served
   * (PartiallyInvalid, or Accepted when nothing is left).
   */
  readonly concerns: 'reference' | 'rule';
  /** Further objects that it is about. */
  readonly others?: readonly ObjectRef[];
}

/** Collects what is wrong with the rules of a route. */
export class RuleProblems {
  readonly list: RuleProblem[] = [];

  add(...problems: readonly RuleProblem[]): void {
    this.list.push(...problems);
  }

  reference(field: string, verdict: Verdict): void {
    this.list.push({ field, verdict, concerns: 'reference' });
  }

  rule(field: string, verdict: Verdict): void {
    this.list.push({ field, verdict, concerns: 'rule' });
  }
}
