export { readConfigurationFile } from './file-configuration.ts';
export { hostOf as proxyHostOf, PACKAGE as PROXY_PACKAGE } from './host.ts';
export type { ModulePackages, ProxyOptions } from './options.ts';
export { startProxy } from './proxy.ts';
export type { RunningProxy } from './running-proxy.ts';
