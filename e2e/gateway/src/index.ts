export { GatewayProcess, type LogLine, type Ports } from './gateway-process.ts';
export { ask, askUntil, type Answer, type Ask } from './http.ts';
