import type { Configuration, Entity } from '@gibbon/contracts/entities';
import type { TargetProfile } from '@gibbon/contracts/translator';
import { ANY_PLUGIN, emptyConfiguration, ENTITY_TYPES, parseDeclarative } from '@gibbon/model';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One expected output of the reference controller. */
export interface ReferenceCase {
  /** Name of the folder. */
  readonly name: string;
  /** Name of the settings: `default`, `expression-routes-on`, … */
  readonly settings: string;
  readonly routerFlavor: TargetProfile['routerFlavor'];
  /** Manifests, YAML. */
  readonly input: string;
  /** What the reference controller configures, YAML. */
  readonly golden: string;
}

const GOLDEN = '_golden.yaml';

/** Cases of a folder in the layout of the reference controller's golden tests; `null` where the folder does not exist. */
export function readReferenceCases(folder: string): readonly ReferenceCase[] | null {
  if (!existsSync(folder)) return null;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const files = readdirSync(join(folder, name));
      const input = readFileSync(join(folder, name, 'in.yaml'), 'utf8');
      return files
        .filter((file) => file.endsWith(GOLDEN))
        .map((file) => {
          const settings = file.slice(0, -GOLDEN.length);
          return {
            name,
            settings,
            routerFlavor: flavorOf(join(folder, name, `${settings}_settings.yaml`)),
            input,
            golden: readFileSync(join(folder, name, file), 'utf8'),
          };
        });
    });
}

function flavorOf(settingsFile: string): TargetProfile['routerFlavor'] {
  if (!existsSync(settingsFile)) return 'traditional_compatible';
  const settings = parse(readFileSync(settingsFile, 'utf8')) as { readonly feature_flags?: { readonly ExpressionRoutes?: boolean } };
  return settings.feature_flags?.ExpressionRoutes === true ? 'expressions' : 'traditional_compatible';
}

/** An expected output as Kong would read it. */
export interface ReferenceConfiguration {
  readonly configuration: Configuration;
  /** Entity lists that the model does not have, e.g. `consumers.mtls_auth_credentials`: not compared. */
  readonly leftOut: readonly string[];
}

/**
 * Reads an expected output: defaults filled in, secrets in clear, references resolved, lists ordered as {@link comparable} does.
 * @throws Error with every problem when Kong would refuse it.
 */
export function readReferenceGolden({ golden, routerFlavor }: ReferenceCase): ReferenceConfiguration {
  const document = parse(golden) as Record<string, unknown>;
  const leftOut = dropUnknownLists(document);
  if (JSON.stringify(document['upstreams']) === PLACEHOLDER && Object.keys(document).length === 2)
    return { configuration: emptyConfiguration(), leftOut };
  const result = parseDeclarative(document, { plugins: ANY_PLUGIN, routerFlavor, transform: false });
  if (!result.ok) throw new Error(result.errors.map(({ location, path, message }) => `${location} ${path}: ${message}`).join('\n'));
  return { configuration: result.configuration, leftOut };
}

/** What the reference controller sends when there is nothing to configure, so that Kong becomes ready. */
const PLACEHOLDER = JSON.stringify([{ name: 'kong' }]);

const MODEL_LISTS: ReadonlySet<string> = new Set([...ENTITY_TYPES, '_format_version']);
const CHILD_LISTS: readonly string[] = ['mtls_auth_credentials'];

function dropUnknownLists(document: Record<string, unknown>): readonly string[] {
  const leftOut: string[] = [];
  for (const key of Object.keys(document).filter((name) => !MODEL_LISTS.has(name))) {
    leftOut.push(key);
    delete document[key];
  }
  for (const consumer of (document['consumers'] ?? []) as Record<string, unknown>[]) {
    for (const key of CHILD_LISTS.filter((name) => name in consumer)) {
      leftOut.push(`consumers.${key}`);
      delete consumer[key];
    }
  }
  return [...new Set(leftOut)];
}

/**
 * A configuration in the form in which two of different origin are compared: lists by id, timestamps left out, and keys
 * of consumers, whose ids each side makes up, by what they hold.
 */
export function comparable(configuration: Configuration): Readonly<Record<string, readonly unknown[]>> {
  const plain = (type: string, { created_at: _created, updated_at: _updated, ...entity }: Entity): Readonly<Record<string, unknown>> =>
    type === 'keyauth_credentials' ? { ...entity, id: '' } : entity;
  return Object.fromEntries(
    ENTITY_TYPES.map((type) => {
      const entities = configuration[type].map((entity) => plain(type, entity));
      return [type, entities.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
}
