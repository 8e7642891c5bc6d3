export { AdminIdentity, type AdminIdentityOptions } from './admin-identity.ts';
export { ADMIN_SERVER_NAME, type AdminCredentials } from './certificates.ts';
