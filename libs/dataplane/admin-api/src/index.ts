export type {
  AdminContext,
  ApplyOptions,
  ApplyResult,
  DeclarativeDocument,
  DeltaDocument,
  ListenerInfo,
  NodeInfo,
  NodeStatistics,
  PluginInfo,
  Readiness,
  ReadinessReason,
  ServingConfiguration,
  StaleBase,
} from './context.ts';
export type { AdminAddress, AdminServer, AdminTls } from './http/admin-server.ts';
export { serveAdminApi, serveStatusApi, type ServeOptions } from './serve.ts';
