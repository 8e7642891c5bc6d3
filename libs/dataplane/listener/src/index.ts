export { WorkerPool, type WorkerPoolOptions } from './pool.ts';
export type { DataPlaneThread, ListeningAddress, ThreadConfiguration, ThreadListener } from './thread.ts';
export { serveThread } from './worker-server.ts';
