export { type EndpointRule, type ProxyCredentials } from './admin-endpoints.ts';
export {
  ProxyDiscovery,
  type DiscoveryTargets,
  type ManagedProxies,
  type PlaneHomes,
  type ProxyDiscoveryOptions,
  type ProxyService,
} from './proxy-discovery.ts';
