export type {
  AddressHealth,
  AdminContext,
  ApplyResult,
  DeclarativeDocument,
  HealthState,
  ListenerInfo,
  NodeInfo,
  NodeStatistics,
  PluginInfo,
  Readiness,
  ReadinessReason,
  ServingConfiguration,
  TargetHealth,
  UpstreamHealth,
} from './context.ts';
export type { AdminAddress, AdminServer } from './http/admin-server.ts';
export { serveAdminApi, serveStatusApi, type ServeOptions } from './serve.ts';
