export { PluginGateway, type PluginGatewayConfiguration } from './plugins/plugin-gateway.ts';
