import type { Configuration, PluginEntity } from '@gibbon/contracts/entities';

/** Stands in the place of a secret. */
export const REDACTED = 'redacted';

/** What nobody may read who may not read Secrets. Keys of jwt credentials are names that tokens carry openly. */
const SECRET_FIELDS = {
  certificates: ['key', 'key_alt'],
  keyauth_credentials: ['key'],
  basicauth_credentials: ['password'],
  hmacauth_credentials: ['secret'],
  jwt_secrets: ['secret'],
  oauth2_credentials: ['client_secret'],
} as const satisfies Partial<Record<keyof Configuration, readonly string[]>>;

/**
 * A configuration without its secrets: keys of certificates, secrets of credentials, and the whole configuration of plugins
 * that take some of it from a Secret.
 * @param hasSecrets whether the configuration of a plugin is not for everybody.
 */
export function redacted(configuration: Configuration, hasSecrets: (plugin: PluginEntity) => boolean): Configuration {
  const hidden: Record<string, unknown> = {};
  for (const [type, fields] of Object.entries(SECRET_FIELDS))
    hidden[type] = configuration[type as keyof typeof SECRET_FIELDS].map((entity) => withoutFields(entity, fields));
  const plugins = configuration.plugins.map((plugin) =>
    hasSecrets(plugin) ? { ...plugin, config: withoutValues(plugin.config) as PluginEntity['config'] } : plugin,
  );
  return { ...configuration, ...(hidden as Partial<Configuration>), plugins };
}

function withoutFields<T extends object>(entity: T, fields: readonly string[]): T {
  const hidden = fields.filter((field) => (entity as Readonly<Record<string, unknown>>)[field] !== null);
  return { ...entity, ...Object.fromEntries(hidden.map((field) => [field, REDACTED])) };
}

/** The same structure with every value hidden. */
function withoutValues(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(withoutValues);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutValues(field)]));
  return REDACTED;
}
