export { createHttpClient, type OwnedHttpClient } from './undici-http-client.ts';
