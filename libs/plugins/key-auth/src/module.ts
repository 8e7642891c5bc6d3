import { definePlugin } from '@gibbon/contracts/plugin';
import { PLUGIN_VERSION } from '@gibbon/pdk';
import { Nullable, schema, Type } from '@gibbon/schema';
import { KeyAuth } from './key-auth.ts';

const config = schema(
  Type.Object({
    key_names: Type.Array(Type.String({ format: 'header-name' }), {
      default: ['apikey'],
      description: 'Names of the header field, query argument or body field that carries the key, in order of preference.',
    }),
    hide_credentials: Type.Boolean({ default: false, description: 'Whether the key is removed before the request is proxied.' }),
    anonymous: Nullable(
      Type.String({ description: 'Id or user name of a consumer as which requests go on that fail to authenticate; unset: they get 401.' }),
    ),
    key_in_header: Type.Boolean({ default: true, description: 'Whether keys are looked for in header fields.' }),
    key_in_query: Type.Boolean({ default: true, description: 'Whether keys are looked for in the query string.' }),
    key_in_body: Type.Boolean({
      default: false,
      description: 'Whether keys are looked for in form, multipart and JSON bodies of up to 1 MiB.',
    }),
    run_on_preflight: Type.Boolean({ default: true, description: 'Whether OPTIONS requests need a key.' }),
    realm: Nullable(Type.String({ description: 'Realm of the challenge in WWW-Authenticate.' })),
  }),
);

/**
 * Authenticates by API key.
 * @see https://developer.konghq.com/plugins/key-auth/
 */
export default definePlugin({
  name: 'key-auth',
  summary: 'Authenticates requests by a key that belongs to a consumer.',
  priority: 1_250,
  version: PLUGIN_VERSION,
  forbiddenScopes: ['consumer'],
  config,
  create: ({ config }) => new KeyAuth(config),
});
