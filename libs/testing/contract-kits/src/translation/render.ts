import type { ControllerSettings, Failure, TargetProfile, Translator } from '@gibbon/contracts/translator';
import type { ResourceKind } from '@gibbon/contracts/resource';
import { emitDeclarative } from '@gibbon/model';
import { parse, stringify } from 'yaml';
import { configurationOf } from './configuration-of.ts';
import { admitObjects, parseManifests } from './manifests.ts';
import { translateAll } from './translate-all.ts';

/** Modules made for one target. */
export interface RenderModules {
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  readonly translators: readonly Translator[];
}

/** Settings of a case, as a comment on its first line: `# settings: {"drainSupport": true}`, `# target: {"kind": "gibbon"}`. */
export interface CaseSettings {
  readonly settings: Partial<ControllerSettings>;
  readonly target: Partial<TargetProfile>;
}

/** Reads the settings that the comments at the head of a case give. */
export function caseSettings(input: string): CaseSettings {
  const read = (name: string): object => {
    const text = new RegExp(`^# ${name}: (.*)$`, 'm').exec(input)?.[1];
    return text === undefined ? {} : (JSON.parse(text) as object);
  };
  return { settings: read('settings'), target: read('target') };
}

/** Manifests in, a document out: what is configured in the short form of a declarative document, and what is reported. */
export function renderCase(input: string, { kinds, translators }: RenderModules): string {
  const { objects, problems } = admitObjects(parseManifests(input), kinds);
  const { entities, failures } = translateAll(translators, objects);
  const configuration = parse(
    emitDeclarative(configurationOf(entities), { format: 'yaml', omitDefaults: true, target: 'gibbon' }),
  ) as object;
  return stringify(
    {
      ...(problems.length === 0 ? null : { problems }),
      ...(failures.length === 0 ? null : { failures: failures.map(describeFailure).sort() }),
      configuration,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** A failure on one line: objects, field, reason and message. */
export function describeFailure({ refs, field, reason, message }: Failure): string {
  const names = refs.map(({ kind, namespace, name }) => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`);
  return `${names.join(', ')}${field === '' ? '' : ` ${field}`}: ${reason}: ${message}`;
}
