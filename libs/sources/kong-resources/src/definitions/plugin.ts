import type { CustomResource } from '@gibbon/contracts/resource';
import { schema, Type } from '@gibbon/schema';
import { PLUGIN_PROTOCOLS } from '../plugin-check.ts';
import { AGE, CATEGORIES, freeForm, PROGRAMMED, rules } from './free-form.ts';
import { CONDITIONS_STATUS } from './status.ts';

/** @param clusterWide whether Secrets are named with their namespace. */
function secretValue(description: string, clusterWide: boolean) {
  const reference = {
    name: Type.String({ description: 'Name of the Secret.' }),
    key: Type.String({ description: 'Key in the Secret.' }),
    ...(clusterWide && { namespace: Type.String({ description: 'Namespace of the Secret.' }) }),
  };
  return Type.Object({ secretKeyRef: Type.Object(reference, { description: 'A key of a Secret.' }) }, { description });
}

function pluginSchema(clusterWide: boolean) {
  const phases = Type.Optional(
    Type.Object(
      {},
      { description: 'Names of plugins by phase.', additionalProperties: Type.Array(Type.String({ description: 'Name of a plugin.' })) },
    ),
  );
  const patch = Type.Object(
    {
      path: Type.String({ description: 'JSON pointer (RFC 6901) into the configuration, e.g. "/redis/password".', minLength: 0 }),
      valueFrom: secretValue('The value, as JSON.', clusterWide),
    },
    { description: 'A value that is put into the configuration.' },
  );
  return Type.Object(
    {
      plugin: Type.String({ description: 'Name of the plugin, e.g. "rate-limiting". Cannot be changed.' }),
      config: Type.Optional(freeForm('Configuration of the plugin; the fields are in the reference of each plugin.')),
      configFrom: Type.Optional(secretValue('The whole configuration, JSON or YAML in a Secret.', clusterWide)),
      configPatches: Type.Optional(Type.Array(patch, { description: 'Values for the configuration that are kept in Secrets.' })),
      disabled: Type.Optional(Type.Boolean({ description: 'Whether the plugin is configured and does not run. Default false.' })),
      instance_name: Type.Optional(Type.String({ description: 'Name of this use of the plugin, in logs and the Admin API.' })),
      protocols: Type.Optional(
        Type.Array(Type.Enum(PLUGIN_PROTOCOLS), {
          description: 'Protocols of requests that the plugin runs for. Default those of the plugin.',
        }),
      ),
      ordering: Type.Optional(
        Type.Object(
          { before: phases, after: phases },
          { description: 'Plugins to run before or after; an enterprise feature of Kong, of no effect otherwise.' },
        ),
      ),
      run_on: Type.Optional(Type.Enum(['first', 'second', 'all'], { description: 'Of no effect; taken because old manifests have it.' })),
      consumerRef: Type.Optional(
        Type.String({ description: 'Of no effect; bind plugins by the annotation `konghq.com/plugins`.', minLength: 0 }),
      ),
      status: CONDITIONS_STATUS,
    },
    rules(
      { rule: '!(has(self.config) && has(self.configFrom))', message: 'expected either config or configFrom' },
      { rule: '!(has(self.configFrom) && has(self.configPatches))', message: 'expected either configFrom or configPatches' },
      { rule: 'self.plugin == oldSelf.plugin', message: 'plugin cannot be changed: delete the object and create another' },
    ),
  );
}

/** How KongPlugin, or KongClusterPlugin, is defined. */
export function pluginDefinition(clusterWide: boolean): CustomResource {
  return {
    shortNames: [clusterWide ? 'kcp' : 'kp'],
    categories: CATEGORIES,
    columns: [
      { name: 'Plugin-Type', type: 'string', jsonPath: '.plugin', description: 'Name of the plugin.' },
      AGE,
      { name: 'Disabled', type: 'boolean', jsonPath: '.disabled', description: 'Whether the plugin does not run.', priority: 1 },
      { name: 'Config', type: 'string', jsonPath: '.config', description: 'Configuration of the plugin.', priority: 1 },
      PROGRAMMED,
    ],
    schema: schema(pluginSchema(clusterWide)),
  };
}
