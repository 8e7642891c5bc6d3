import { MapOf, Nullable, SetOf, Type } from '@gibbon/schema';
import { defineEntity, type Draft } from './definition.ts';
import { Name, OptionalReference, ProtocolsField } from './fields.ts';
import { checkRoute } from './route-rules.ts';

const Address = Type.Object(
  {
    ip: Nullable(Type.String({ format: 'ip-or-cidr', description: 'Address or network.' })),
    port: Nullable(Type.Integer({ minimum: 0, maximum: 65535, description: 'Port.' })),
  },
  { 'x-kong-checks': [{ at_least_one_of: ['ip', 'port'] }] },
);

/** @see https://developer.konghq.com/gateway/entities/route/ */
export const routes = defineEntity('routes', {
  description: 'Which requests go to a service.',
  endpointKey: 'name',
  unique: ['name'],
  fields: {
    name: Name('Name of the route.'),
    service: OptionalReference('services', 'Where matching requests go; without one a plugin must answer.'),
    protocols: ProtocolsField({ default: ['http', 'https'], minItems: 1, description: 'Protocols of requests that match.' }),
    methods: Nullable(SetOf(Type.String({ format: 'http-method' })), { description: 'Methods that match.' }),
    hosts: Nullable(Type.Array(Type.String({ format: 'route-host' })), {
      description: 'Hosts that match; `*` for the first or the last label.',
    }),
    paths: Nullable(Type.Array(Type.String({ format: 'router-path' })), {
      description: 'Prefixes, and after `~` regular expressions, that match.',
    }),
    headers: Nullable(MapOf(Type.Array(Type.String()), { propertyNames: Type.String({ format: 'header-name' }) }), {
      description: 'Values of header fields that match.',
    }),
    snis: Nullable(SetOf(Type.String({ format: 'wildcard-host' })), { description: 'TLS server names that match.' }),
    sources: Nullable(SetOf(Address), { description: 'Clients that match, on stream routes.' }),
    destinations: Nullable(SetOf(Address), { description: 'Listener addresses that match, on stream routes.' }),
    regex_priority: Type.Integer({
      default: 0,
      description: 'Higher is matched earlier, among regular expressions.',
      'x-null-is-default': true,
    }),
    path_handling: Type.Enum(['v0', 'v1'], {
      default: 'v0',
      description: 'How the path of the service and of the request are joined.',
      'x-null-is-default': true,
    }),
    strip_path: Type.Boolean({ default: true, description: 'Whether the matched prefix is removed from the path.' }),
    preserve_host: Type.Boolean({ default: false, description: "Whether the service receives the client's Host." }),
    request_buffering: Type.Boolean({ default: true, description: 'Whether request bodies may be buffered.' }),
    response_buffering: Type.Boolean({ default: true, description: 'Whether response bodies may be buffered.' }),
    https_redirect_status_code: Type.Enum([426, 301, 302, 307, 308], {
      default: 426,
      description: 'Status for plain requests to a route that is only for HTTPS.',
    }),
    expression: Nullable(Type.String({ description: 'Expression that matches; router flavour `expressions` only.' })),
    priority: Nullable(
      Type.Integer({ minimum: 0, maximum: 2 ** 46 - 1, description: 'Higher is matched earlier; router flavour `expressions` only.' }),
    ),
  },
  prepare: prepareRoute,
  check: checkRoute,
});

/** gRPC routes keep the path unless told otherwise: the path is the method. */
function prepareRoute(draft: Draft): [] {
  const { protocols } = draft;
  const grpc = Array.isArray(protocols) && protocols.some((protocol) => protocol === 'grpc' || protocol === 'grpcs');
  if (grpc) draft['strip_path'] ??= false;
  return [];
}
