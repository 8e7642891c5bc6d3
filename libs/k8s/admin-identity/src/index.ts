export { AdminIdentity, type AdminIdentityOptions } from './admin-identity.ts';
export { ADMIN_SERVER_NAME, adminServerName, type AdminCredentials } from './certificates.ts';
export { ensureProxySecret, type ProxySecretOptions } from './proxy-secret.ts';
