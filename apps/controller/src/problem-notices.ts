import type { ObjectRef } from '@gibbon/contracts/resource';
import type { Problem, ProblemChanges } from '@gibbon/controlplane-runtime';
import type { Notice } from '@gibbon/k8s-events';
import { PROVISIONING_FAILED } from './tapped-source.ts';

/**
 * Reasons of the reference controller's Events, which alerts look for.
 * @see https://developer.konghq.com/kubernetes-ingress-controller/observability/events/
 */
const TRANSLATION_FAILED = 'KongConfigurationTranslationFailed';
const APPLY_FAILED = 'KongConfigurationApplyFailed';
const SUCCEEDED = 'KongConfigurationSucceeded';
/** Of problems that the reference controller cannot have: their own reason is said. */
const OWN_REASONS: ReadonlySet<string> = new Set([PROVISIONING_FAILED]);

/** What is said of objects when problems come and go. */
export interface NoticeChanges {
  readonly raised: readonly Notice[];
  readonly withdrawn: readonly Notice[];
}

/** The notices of problems. @param pod of this process, of which is said what concerns no other object; `null`: it is not said. */
export function noticesOf({ appeared, solved }: ProblemChanges, pod: ObjectRef | null): NoticeChanges {
  const publishing = (problems: readonly Problem[]): readonly Problem[] => problems.filter(({ reason }) => reason === 'PublishFailed');
  const recovered = (problems: readonly Problem[]): readonly Notice[] =>
    pod === null
      ? []
      : publishing(problems).map(({ location }) => ({
          ref: pod,
          type: 'Normal',
          reason: SUCCEEDED,
          message: `successfully applied Kong configuration to ${location}`,
        }));
  return {
    raised: [...appeared.flatMap((problem) => noticesOfProblem(problem, pod)), ...recovered(solved)],
    withdrawn: [...solved.flatMap((problem) => noticesOfProblem(problem, pod)), ...recovered(appeared)],
  };
}

function noticesOfProblem(problem: Problem, pod: ObjectRef | null): readonly Notice[] {
  const { ref, others = [], reason, location, message } = problem;
  if (ref === null) {
    if (reason !== 'PublishFailed' || pod === null) return [];
    return [warning(pod, APPLY_FAILED, `failed to apply Kong configuration to ${location}: ${message}`)];
  }
  const shown = OWN_REASONS.has(reason) ? reason : reason === 'Rejected' ? APPLY_FAILED : TRANSLATION_FAILED;
  const sentence = problem.field === '' ? message : `${problem.field}: ${message}`;
  const place = `${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
  return [
    warning(ref, shown, sentence),
    // What concerns others as well is told there, too: who looks at a Service may not know of the Ingress.
    ...others.map((other) => warning(other, shown, `${place}${problem.field === '' ? '' : ` ${problem.field}`}: ${message}`)),
  ];
}

function warning(ref: ObjectRef, reason: string, message: string): Notice {
  return { ref, type: 'Warning', reason, message };
}
