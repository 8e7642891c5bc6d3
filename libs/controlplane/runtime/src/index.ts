export { ControlPlane, type ControlPlaneParts, type NamedPublisher, type NamedSource, type OnceResult } from './control-plane.ts';
export type { Problem } from './problem-log.ts';
