import type { Protocol } from '@gibbon/contracts/entities';
import { MapOf, Type } from '@gibbon/schema';
import { DEFAULT_PLUGIN_PROTOCOLS, type PluginFacts } from '../plugins/catalog.ts';
import { defineEntity, type Draft, type EntityContext, type EntityProblem } from './definition.ts';
import { Name, OptionalReference, ProtocolsField } from './fields.ts';

/** @see https://developer.konghq.com/gateway/entities/plugin/ */
export const plugins = defineEntity('plugins', {
  description: 'A plugin with its configuration and what it applies to.',
  endpointKey: 'instance_name',
  cacheKey: ['name', 'route', 'service', 'consumer'],
  unique: ['instance_name'],
  fields: {
    name: Type.String({ description: 'Name of the plugin.' }),
    instance_name: Name('Name of this configuration.'),
    route: OptionalReference('routes', 'The only route that it applies to.'),
    service: OptionalReference('services', 'The only service that it applies to.'),
    consumer: OptionalReference('consumers', 'The only consumer that it applies to.'),
    config: MapOf(Type.Unknown(), { description: "The plugin's own configuration." }),
    protocols: ProtocolsField({
      default: DEFAULT_PLUGIN_PROTOCOLS,
      description: 'Protocols of requests that it applies to; default the protocols of the plugin.',
      'x-dynamic-default': true,
    }),
    enabled: Type.Boolean({ default: true, description: 'Whether it runs.' }),
  },
  prepare: preparePlugin,
});

/** Checks what only the plugin itself knows (configuration, protocols, scopes) and fills in its defaults. */
function preparePlugin(draft: Draft, context: EntityContext): readonly EntityProblem[] {
  const { name } = draft;
  if (typeof name !== 'string' || name === '') {
    draft['config'] ??= {};
    return [];
  }
  const facts = context.plugins.find(name);
  if (facts === null) {
    draft['config'] ??= {};
    return [{ path: 'name', message: `plugin '${name}' not enabled; add it to the 'plugins' configuration property`, scope: 'field' }];
  }
  draft['protocols'] ??= facts.protocols;
  return [...checkScopes(draft, facts), ...checkProtocols(draft['protocols'], facts), ...completeConfig(draft, facts)];
}

function checkScopes(draft: Draft, facts: PluginFacts): EntityProblem[] {
  return facts.forbiddenScopes
    .filter((scope) => draft[scope] !== undefined && draft[scope] !== null)
    .map((scope) => ({ path: scope, message: 'value must be null', scope: 'field' }));
}

function checkProtocols(protocols: unknown, facts: PluginFacts): EntityProblem[] {
  if (!Array.isArray(protocols)) return [];
  const message = `expected one of: ${facts.protocols.join(', ')}`;
  return protocols.flatMap((protocol: unknown, index): EntityProblem[] =>
    facts.protocols.includes(protocol as Protocol) ? [] : [{ path: `protocols.${index + 1}`, message, scope: 'field' }],
  );
}

function completeConfig(draft: Draft, facts: PluginFacts): EntityProblem[] {
  if (draft['config'] === null) return [];
  const result = facts.validate(draft['config'] ?? {});
  if (result.ok) {
    draft['config'] = result.config;
    return [];
  }
  draft['config'] = {};
  return result.problems.map(({ path, message, ...rest }) => ({
    path: path === '' ? 'config' : `config.${path}`,
    message,
    scope: 'scope' in rest && rest.scope === 'record' ? 'record' : 'field',
  }));
}
