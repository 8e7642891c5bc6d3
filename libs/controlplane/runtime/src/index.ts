export {
  ControlPlane,
  type ControlPlaneParts,
  type NamedPublisher,
  type NamedSource,
  type OnceResult,
  type Readiness,
} from './control-plane.ts';
export type { Problem, ProblemChanges } from './problem-log.ts';
