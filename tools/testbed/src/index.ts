export { startTestbed, ensureParts, whyNoTestbed, type StartOptions } from './host/start-testbed.ts';
export type { ApiAccess, Testbed } from './host/testbed.ts';
export type { ComponentName } from './configuration/components.ts';
export type { TestbedStatus } from './supervisor/control-server.ts';
export type { CommandOptions, CommandResult } from './run-command.ts';
export { buildImage, programWithLibraries, type ImageOptions } from './images/build-image.ts';
export type { ImageEntry } from './images/layer.ts';
export { DNS_IMAGE, ECHO_IMAGE, PAUSE_IMAGE } from './images/names.ts';
export { LOAD_BALANCER_CLASS } from './supervisor/load-balancers.ts';
