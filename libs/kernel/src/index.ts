export { Host, type HostOptions, type Selection } from './host.ts';
export type { Component } from './lifecycle.ts';
export { loadPackages, type LoadedPackage } from './load.ts';
export type { CompileSchema } from './modules.ts';
export { BootError, formatProblems, type BootProblem } from './problems.ts';
export type { Origin, RegisteredModule } from './registry.ts';
export { LifetimeScope } from './scope.ts';
