export { createLogger, type LogFormat, type LogOptions, type ProcessLogger } from './logger.ts';
export { formatLine, prettyDestination } from './pretty.ts';
