export {
  ControlPlane,
  type ControlPlaneParts,
  type NamedPublisher,
  type NamedSource,
  type OnceResult,
  type Readiness,
} from './control-plane.ts';
export type { Problem, ProblemChanges } from './problem-log.ts';
export type { Inspection, PublisherReport } from './inspection.ts';
export type { FailedConfiguration, PublishedConfiguration } from './publication-record.ts';
