export * from './attachment.ts';
export * from './certificates.ts';
export * from './conditions.ts';
export * from './gateways.ts';
export * from './hostnames.ts';
export * from './label-selector.ts';
export * from './listeners.ts';
export * from './reference-grants.ts';
