import { Nullable, splitUrl, Type } from '@gibbon/schema';
import { defineEntity, type Draft, type EntityProblem } from './definition.ts';
import { Name, OptionalReference, Port, ProtocolField, Timeout } from './fields.ts';

const CONNECTION_ONLY = ['tcp', 'tls', 'udp', 'grpc', 'grpcs'];
const TLS = ['https', 'tls'];

/** Rules for a field that only TLS towards the service gives a meaning. */
function onlyWithTls(field: string) {
  return { conditional: { if_field: 'protocol', if_match: { not_one_of: TLS }, then_field: field, then_match: { eq: null } } };
}

/** @see https://developer.konghq.com/gateway/entities/service/ */
export const services = defineEntity('services', {
  description: 'Where requests go: an upstream by name, a host name or an address.',
  endpointKey: 'name',
  unique: ['name'],
  fields: {
    name: Name('Name of the service.'),
    retries: Type.Integer({ minimum: 0, maximum: 32767, default: 5, description: 'Attempts beyond the first.', 'x-null-is-default': true }),
    protocol: ProtocolField({ default: 'http', description: 'Protocol towards the service.' }),
    host: Type.String({ format: 'host', description: 'Name of an upstream, host name or address, without port.' }),
    port: Port({ default: 80, description: 'Port of the service; of no meaning where host names an upstream.' }),
    path: Nullable(Type.String({ format: 'path', description: 'Prefix of the path in requests to the service.' })),
    connect_timeout: Timeout('Milliseconds to connect.'),
    write_timeout: Timeout('Milliseconds between two writes.'),
    read_timeout: Timeout('Milliseconds between two reads.'),
    client_certificate: OptionalReference('certificates', 'Certificate to show to the service.'),
    tls_verify: Nullable(Type.Boolean({ description: 'Whether to verify the certificate of the service; null: the setting of the node.' })),
    tls_verify_depth: Nullable(Type.Integer({ minimum: 0, maximum: 64, description: 'Length of the chain to verify.' })),
    ca_certificates: Nullable(Type.Array(Type.String({ format: 'uuid' })), { description: 'Ids of trusted authorities.' }),
    enabled: Type.Boolean({ default: true, description: 'Whether its routes serve.' }),
  },
  rules: [
    { conditional: { if_field: 'protocol', if_match: { one_of: CONNECTION_ONLY }, then_field: 'path', then_match: { eq: null } } },
    onlyWithTls('client_certificate'),
    onlyWithTls('tls_verify'),
    onlyWithTls('tls_verify_depth'),
    onlyWithTls('ca_certificates'),
  ],
  prepare: expandUrl,
});

/** Takes `url` apart into protocol, host, port and path, which it overrides. */
function expandUrl(draft: Draft): readonly EntityProblem[] {
  const { url } = draft;
  delete draft['url'];
  if (url === undefined || url === null) return [];
  if (typeof url !== 'string') return [{ path: 'url', message: 'expected a string', scope: 'field' }];
  const parts = splitUrl(url);
  if (parts === null)
    return [{ path: 'url', message: `could not parse url. expected protocol://host[:port][/path], got: ${url}`, scope: 'field' }];
  if (parts.host === null) return [{ path: 'url', message: 'missing host in url', scope: 'field' }];
  const secure = parts.scheme === 'https' || (parts.scheme === null && parts.port === 443);
  draft['protocol'] = parts.scheme ?? (secure ? 'https' : 'http');
  draft['host'] = parts.host;
  // Kong knows the port of http and https alone: everything else gets 80, grpcs and tls too.
  draft['port'] = parts.port ?? (secure ? 443 : 80);
  draft['path'] = parts.path;
  return [];
}
