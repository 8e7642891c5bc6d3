import { Type } from '@gibbon/schema';
import { defineEntity } from './definition.ts';
import { RequiredReference } from './fields.ts';

/** @see https://developer.konghq.com/gateway/entities/sni/ */
export const snis = defineEntity('snis', {
  description: 'A TLS server name that a certificate serves.',
  endpointKey: 'name',
  unique: ['name'],
  fields: {
    name: Type.String({
      format: 'server-name',
      description:
        'Host name; `*` for the first or the last label, or alone. With `:port`, which a Kong does not know, for connections to that port.',
    }),
    certificate: RequiredReference('certificates', 'The certificate to serve.'),
  },
});
