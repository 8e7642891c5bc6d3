export { echoBackend, RESTRICTED, type EchoBackend } from './echo-backend.ts';
export { GATEWAY_API_VERSION, gatewayApiFiles, installGatewayApi, type GatewayApiChannel, type GatewayApiOptions } from './gateway-api.ts';
export { ensureImages, type GibbonImages } from './images.ts';
export { installGibbon, selectorOf, type ChartValues, type InstalledGibbon, type InstallOptions } from './install.ts';
