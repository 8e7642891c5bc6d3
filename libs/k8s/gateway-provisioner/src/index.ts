export { type ProxyCertificate } from './desired/admin-secret.ts';
export { ADMIN_PORT_NAME, ADMIN_SELECTOR } from './desired/services.ts';
export { GatewayProvisioner, type ProvisionerOptions, type ProxyAuthority } from './gateway-provisioner.ts';
export { ManagedGateways } from './managed-gateways.ts';
export { FIELD_MANAGER } from './reconcile/gateway-reconciler.ts';
export { type ManagedProxySettings } from './settings.ts';
