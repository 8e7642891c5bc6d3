import type { ObjectRef } from '@gibbon/contracts/resource';
import type { TrackedRead } from '@gibbon/contracts/translator';
import {
  namespaceOf,
  type KongClusterPlugin,
  type KongPlugin,
  type NamespacedSecretValueFrom,
  type Secret,
  type SecretValueFrom,
} from '@gibbon/k8s-types';
import { parse } from 'yaml';
import type { PluginsContext } from './context.ts';
import { addAtPointer } from './json-pointer.ts';

/** A plugin's object, of either kind. */
export type PluginObject = KongPlugin | KongClusterPlugin;

/** A configuration, or why there is none. */
export type ConfigResolution =
  | { readonly ok: true; readonly config: unknown }
  | { readonly ok: false; readonly field: string; readonly message: string; readonly secret: ObjectRef | null };

/** Stands for a configuration that is not known: no plugin has such a field, so that every plugin refuses it. */
export const UNRESOLVED_CONFIG: Readonly<Record<string, unknown>> = Object.freeze({ $unresolved: true });

/**
 * The configuration of a plugin with what its Secrets hold, unless it may not say what it says. What it means is for the plugin
 * to say.
 */
export function configOf(plugin: PluginObject, read: TrackedRead, namesOthers: PluginsContext['namesOthers']): ConfigResolution {
  const resolved = resolveConfig(plugin, read);
  if (plugin.kind !== 'KongPlugin' || !resolved.ok || !namesOthers(plugin.plugin, resolved.config)) return resolved;
  const message = `plugin ${plugin.plugin} names services by their ids, which may be those of other namespaces; expected a KongClusterPlugin, or backendRefs of an HTTPRoute, which take a ReferenceGrant`;
  return { ok: false, field: 'config', message, secret: null };
}

/** The configuration of a plugin with what its Secrets hold. */
function resolveConfig(plugin: PluginObject, read: TrackedRead): ConfigResolution {
  const { configFrom, configPatches = [] } = plugin;
  if (configFrom !== undefined) return secretValue({ plugin, source: configFrom, field: 'configFrom', parser: parseConfig }, read);
  let config: unknown = plugin.config ?? {};
  for (const [index, { path, valueFrom }] of configPatches.entries()) {
    const field = `configPatches.${index + 1}`;
    const value = secretValue({ plugin, source: valueFrom, field: `${field}.valueFrom`, parser: parseJson }, read);
    if (!value.ok) return value;
    const patched = addAtPointer(config, path, value.config);
    if (patched === null) {
      const message = `could not parse ${nameOf(plugin)} config: ${path} leads through a value that is neither an object nor a list; expected a path into \`config\``;
      return { ok: false, field: `${field}.path`, message, secret: secretOf(plugin, valueFrom) };
    }
    config = patched.document;
  }
  return { ok: true, config };
}

type Source = SecretValueFrom | NamespacedSecretValueFrom;
type Parser = (text: string) => { readonly value: unknown } | { readonly problem: string };

interface SecretValue {
  readonly plugin: PluginObject;
  readonly source: Source;
  /** Where the source stands in the plugin. */
  readonly field: string;
  readonly parser: Parser;
}

function secretValue({ plugin, source, field, parser }: SecretValue, read: TrackedRead): ConfigResolution {
  const ref = secretOf(plugin, source);
  const { key } = source.secretKeyRef;
  const fail = (at: string, problem: string): ConfigResolution => ({
    ok: false,
    field: `${field}.secretKeyRef.${at}`,
    message: `could not parse ${nameOf(plugin)} config: ${problem}`,
    secret: ref,
  });
  const secret = read.get<Secret>('Secret', ref.namespace, ref.name);
  if (secret === null) return fail('name', `Secret ${ref.namespace}/${ref.name} does not exist`);
  const encoded = secret.data?.[key];
  if (encoded === undefined) return fail('key', `no key '${key}' in secret '${ref.namespace}/${ref.name}'`);
  const parsed = parser(Buffer.from(encoded, 'base64').toString('utf8'));
  if ('problem' in parsed) return fail('key', `key '${key}' in secret '${ref.namespace}/${ref.name}' ${parsed.problem}`);
  return { ok: true, config: parsed.value };
}

function secretOf(plugin: PluginObject, { secretKeyRef }: Source): ObjectRef {
  return { kind: 'Secret', namespace: 'namespace' in secretKeyRef ? secretKeyRef.namespace : namespaceOf(plugin), name: secretKeyRef.name };
}

function nameOf(plugin: PluginObject): string {
  return `${plugin.kind} ${namespaceOf(plugin)}${namespaceOf(plugin) === '' ? '' : '/'}${plugin.metadata.name}`;
}

/** Messages of parsers quote their input, which is a secret here: they are not passed on. */
function parseJson(text: string): ReturnType<Parser> {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { problem: 'is not valid JSON; expected a JSON value, strings in quotes' };
  }
}

function parseConfig(text: string): ReturnType<Parser> {
  const json = parseJson(text);
  if ('value' in json) return json;
  try {
    return { value: parse(text) as unknown };
  } catch {
    return { problem: 'contains neither valid JSON nor valid YAML' };
  }
}
