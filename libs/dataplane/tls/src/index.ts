export * from './certificate-store.ts';
export * from './identity-files.ts';
export * from './self-signed.ts';
export { INTERMEDIATE_CIPHERS, serverContext } from './server-context.ts';
export * from './tls-identity.ts';
