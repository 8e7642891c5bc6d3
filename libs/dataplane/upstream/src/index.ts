export * from './contract.ts';
export { type DnsAnswer, type DnsClient, SystemDns } from './dns-client.ts';
export { DnsCache } from './dns-cache.ts';
export { HealthTable, MAX_HOLDERS } from './health-table.ts';
export { UpstreamRegistry, type UpstreamRegistryOptions } from './registry.ts';
