export { DataPlane, type DataPlaneOptions, type NodeHealth, type PreparedChange, type ThreadGroup } from './data-plane.ts';
export { MainThread } from './main-thread.ts';
export { WorkerPool, type WorkerPoolOptions } from './pool.ts';
export { ServingThread, type ServingThreadOptions } from './serving-thread.ts';
export type { DataPlaneThread, ListeningAddress, ThreadConfiguration, ThreadListener } from './thread.ts';
export { serveThread } from './worker-server.ts';
