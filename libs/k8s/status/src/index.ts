export { mergeStatus } from './merge-status.ts';
export { statusWriterService } from './service.ts';
export type { StatusOutcome } from './status-metrics.ts';
export { StatusWriter, type StatusWriterOptions } from './status-writer.ts';
