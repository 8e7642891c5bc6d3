export { resourceGatewayApi as default } from './module.ts';
