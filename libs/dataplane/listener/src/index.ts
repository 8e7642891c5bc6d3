export {
  DataPlane,
  type ConfiguredSockets,
  type DataPlaneOptions,
  type NodeHealth,
  type PreparedChange,
  type ThreadGroup,
} from './data-plane.ts';
export { MainThread } from './main-thread.ts';
export { WorkerPool, type WorkerPoolOptions } from './pool.ts';
export { ServingThread, type ServingThreadOptions } from './serving-thread.ts';
export { Sockets, type SocketsOptions } from './sockets.ts';
export type { DataPlaneThread, ListeningAddress, SocketAddress, ThreadConfiguration, ThreadListener } from './thread.ts';
export { serveThread } from './worker-server.ts';
