import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef } from '@gibbon/contracts/resource';
import { isRecord, namespaceOf, OBJECT_NAME, ObjectCheck, type KongClusterPlugin, type KongPlugin } from '@gibbon/k8s-types';

/** Protocols of requests that a plugin can be for. */
export const PLUGIN_PROTOCOLS: readonly string[] = ['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'udp'];
const PLUGIN_NAME = /^[a-z0-9][a-z0-9_-]*$/;
const INSTANCE_NAME = /^[\w.~-]+$/;
const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/**
 * What the schema of KongPlugin and KongClusterPlugin refuses. The configuration itself is for the plugin to check.
 * @param clusterWide whether references to Secrets name a namespace.
 */
export function checkPlugin(object: KubeObject, clusterWide: boolean): readonly ConfigProblem[] {
  const plugin = object as KongPlugin | KongClusterPlugin;
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  if (isRecord((object as { readonly spec?: unknown }).spec))
    check.problem('spec', 'expected no `spec`: the fields of a plugin stand at the top of the object');
  if (check.present(plugin.plugin, 'plugin', 'the name of a plugin, e.g. "rate-limiting"'))
    check.text(plugin.plugin, 'plugin', 'the name of a plugin, e.g. "rate-limiting"', PLUGIN_NAME);
  check.record(plugin.config, 'config');
  checkValueFrom(check, plugin.configFrom, 'configFrom', clusterWide);
  for (const [value, path] of check.items(plugin.configPatches, 'configPatches')) {
    const patch = check.record(value, path);
    if (patch?.['path'] !== '' && check.present(patch?.['path'], `${path}.path`, 'a JSON pointer, e.g. "/redis/password"')) {
      check.text(patch?.['path'], `${path}.path`, 'a JSON pointer, e.g. "/redis/password"', JSON_POINTER);
    }
    if (check.present(patch?.['valueFrom'], `${path}.valueFrom`, '`secretKeyRef`'))
      checkValueFrom(check, patch?.['valueFrom'], `${path}.valueFrom`, clusterWide);
  }
  if (plugin.configFrom !== undefined && plugin.config !== undefined)
    check.problem('configFrom', 'expected either `config` or `configFrom`');
  if (plugin.configFrom !== undefined && plugin.configPatches !== undefined)
    check.problem('configPatches', 'expected either `configFrom` or `configPatches`');
  check.boolean(plugin.disabled, 'disabled');
  check.text(plugin.instance_name, 'instance_name', 'letters, digits, ".", "-", "_" and "~"', INSTANCE_NAME);
  for (const [value, path] of check.items(plugin.protocols, 'protocols')) check.oneOf(value, path, PLUGIN_PROTOCOLS);
  check.record(plugin.ordering, 'ordering');
  return check.problems;
}

function checkValueFrom(check: ObjectCheck, value: unknown, path: string, clusterWide: boolean): void {
  const from = check.record(value, path);
  if (from === null || !check.present(from['secretKeyRef'], `${path}.secretKeyRef`, '`name` and `key` of a Secret')) return;
  const ref = check.record(from['secretKeyRef'], `${path}.secretKeyRef`);
  if (ref === null) return;
  for (const field of clusterWide ? ['name', 'key', 'namespace'] : ['name', 'key']) {
    const at = `${path}.secretKeyRef.${field}`;
    if (check.present(ref[field], at, `the ${field} of a Secret`))
      check.text(ref[field], at, `the ${field} of a Secret`, field === 'key' ? undefined : OBJECT_NAME);
  }
}

/** A reference to a key of a Secret; cluster-wide plugins name the namespace. */
interface SecretSource {
  readonly secretKeyRef: { readonly name: string; readonly namespace?: string };
}

/** The Secrets that a plugin takes configuration from. */
export function pluginSecrets(object: KubeObject): readonly ObjectRef[] {
  const { configFrom, configPatches = [] } = object as KongPlugin | KongClusterPlugin;
  const sources: readonly SecretSource[] = [
    ...(configFrom === undefined ? [] : [configFrom]),
    ...configPatches.map((patch) => patch.valueFrom),
  ];
  return sources.map(({ secretKeyRef }) => ({
    kind: 'Secret',
    namespace: secretKeyRef.namespace ?? namespaceOf(object),
    name: secretKeyRef.name,
  }));
}
