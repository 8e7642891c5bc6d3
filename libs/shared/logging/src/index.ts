export { createLogger, type LogFormat, type LogSettings, type ProcessLogger } from './logger.ts';
export { formatLine, prettyDestination } from './pretty.ts';
