import { Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';

/** Protocols of listeners. */
const PROTOCOLS = ['http', 'https'] as const;

/** A socket of the data plane. Gibbon's own: no Kong is told of it. */
export const listeners = defineEntity('listeners', {
  description: 'A socket that Gibbon opens besides those of `proxy_listen`, while the configuration has it. Not part of Kong.',
  endpointKey: 'name',
  unique: ['name'],
  fields: {
    name: Type.String({ format: 'entity-name', description: 'What it is known by, e.g. `http-8080`.' }),
    protocol: Type.Enum(PROTOCOLS, { default: 'http', description: 'What is spoken there; `https` with the certificates of the SNIs.' }),
    host: Type.String({ format: 'ip', default: '0.0.0.0', description: 'IP address to listen on.' }),
    port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port to listen on.' }),
  },
});
