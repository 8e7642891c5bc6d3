import type { EntityRef, EntityType, Protocol } from '@gibbon/contracts/entities';
import { Nullable, SetOf, Type } from '@gibbon/schema';

/** Protocols of services and routes, as Kong lists them. */
export const PROTOCOLS = ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'] as const satisfies readonly Protocol[];

/** The largest timeout, in milliseconds. */
const MAX_TIMEOUT = 2_147_483_646;

/** Fields that every entity has. */
export const BASE_FIELDS = {
  id: Type.String({ format: 'uuid', description: 'UUID, lower case.' }),
  created_at: Nullable(
    Type.Number({ exclusiveMinimum: 0, 'x-message': 'expected a valid timestamp', description: 'Seconds since the epoch.' }),
  ),
  updated_at: Nullable(
    Type.Number({ exclusiveMinimum: 0, 'x-message': 'expected a valid timestamp', description: 'Seconds since the epoch.' }),
  ),
  tags: Nullable(SetOf(Type.String({ format: 'tag' })), { description: 'Labels to group entities by.' }),
};

/** A unique name. */
export function Name(description: string) {
  return Nullable(Type.String({ format: 'entity-name', description }));
}

/** One protocol. */
export function ProtocolField(options: { readonly default?: Protocol; readonly description?: string } = {}) {
  return Type.Enum(PROTOCOLS, options);
}

/** A set of protocols. */
export function ProtocolsField(options: {
  readonly default?: readonly Protocol[];
  readonly minItems?: number;
  readonly description: string;
  readonly [extension: `x-${string}`]: unknown;
}) {
  return SetOf(ProtocolField(), options);
}

/** A port number. */
export function Port(options: { readonly default?: number; readonly description: string }) {
  return Type.Integer({ minimum: 0, maximum: 65535, ...options });
}

/** A timeout in milliseconds; `null` gives the default. */
export function Timeout(description: string) {
  return Type.Integer({ minimum: 1, maximum: MAX_TIMEOUT, default: 60_000, description, 'x-null-is-default': true });
}

/** A reference that may be unset. */
export function OptionalReference(type: EntityType, description: string) {
  return Nullable(reference(type, description));
}

/** A reference that must be there. */
export function RequiredReference(type: EntityType, description: string) {
  return reference(type, description);
}

function reference(type: EntityType, description: string) {
  const properties = { id: Type.String({ format: 'uuid' }) };
  return Type.Unsafe<EntityRef>(Type.Object(properties, { description, 'x-foreign': type }));
}
