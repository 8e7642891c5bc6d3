export { startController, translateOnce, type RunningController } from './controller.ts';
export { hostOf as controllerHostOf } from './host.ts';
export type { ClusterOptions, ControllerOptions, ListenOptions, OperationOptions, PublisherSelection, SourceSelection } from './options.ts';
export { profileOfProxies } from './target-profile.ts';
