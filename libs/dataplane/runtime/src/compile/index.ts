export { SnapshotCompiler, type Compiled, type CompilerOptions, type RouteEntry, type RouteIndex, type UpstreamIndex } from './compiler.ts';
export type { CompileProblem } from './plugins.ts';
export { ConfigurationTables } from './tables.ts';
export { RouterIndex } from './route-index.ts';
