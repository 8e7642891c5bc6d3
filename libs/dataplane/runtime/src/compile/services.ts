import { createHash } from 'node:crypto';
import type { Certificate, Service, Upstream } from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';
import type { ClientTls } from '@gibbon/dataplane-transport';
import type { BalancedUpstream } from '@gibbon/dataplane-upstream';
import type { CompiledService } from '../snapshot.ts';

/** Where a service finds what its host names. */
export interface UpstreamDirectory {
  named(name: string): BalancedUpstream | null;
}

/** Protocols that are proxied over TLS. */
const TLS_PROTOCOLS = new Set(['https', 'grpcs', 'tls']);

/** Resolves what requests of a service need: its upstream, its TLS, the pool it shares. */
export function compileService(service: Service, entities: EntityLookup, upstreams: UpstreamDirectory): CompiledService {
  const upstream = entities.find('upstreams', 'name', service.host);
  const tls = TLS_PROTOCOLS.has(service.protocol) ? clientTls(service, upstream, entities) : null;
  return { service, balanced: upstream === null ? null : upstreams.named(upstream.name), upstream, tls, poolKey: poolKeyOf(tls) };
}

/**
 * TLS towards a service. The client certificate of the service wins over that of its upstream.
 * @see https://developer.konghq.com/gateway/entities/service/
 */
function clientTls(service: Service, upstream: Upstream | null, entities: EntityLookup): ClientTls {
  const certificate = clientCertificate(service, upstream, entities);
  const trusted = service.ca_certificates?.flatMap((id) => entities.get('ca_certificates', id)?.cert ?? []) ?? [];
  return {
    servername: null,
    verify: service.tls_verify === true,
    ca: trusted.length === 0 ? null : trusted,
    cert: certificate?.cert ?? null,
    key: certificate?.key ?? null,
    alpn: ['http/1.1'],
  };
}

function clientCertificate(service: Service, upstream: Upstream | null, entities: EntityLookup): Certificate | null {
  const reference = service.client_certificate ?? upstream?.client_certificate ?? null;
  return reference === null ? null : entities.get('certificates', reference.id);
}

/** Connections are shared only between services whose TLS is the same in every respect. */
function poolKeyOf(tls: ClientTls | null): string {
  if (tls === null) return '';
  return createHash('sha256')
    .update(JSON.stringify([tls.verify, tls.ca, tls.cert, tls.key, tls.alpn]))
    .digest('base64url')
    .slice(0, 16);
}
