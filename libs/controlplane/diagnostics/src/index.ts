export { serveOperation, type OperationAddress, type OperationServer } from './http/operation-server.ts';
export type { Answer, Endpoint, Question } from './http/endpoint.ts';
export { healthEndpoints } from './operation/health.ts';
export { metricsEndpoints } from './operation/metrics.ts';
export { observeProcess } from './operation/process-metrics.ts';
export { diagnosticsEndpoints, type DiagnosticsOptions } from './inspection/diagnostics-endpoints.ts';
export { objectReport, type ObjectReport } from './inspection/object-report.ts';
