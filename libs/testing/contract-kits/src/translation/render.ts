import type { ControllerSettings, EntityDraft, Failure, TargetProfile, Translator } from '@gibbon/contracts/translator';
import type { ResourceKind } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import { emitDeclarative } from '@gibbon/model';
import { parse, stringify } from 'yaml';
import { configurationOf } from './configuration-of.ts';
import { admitObjects, parseManifests } from './manifests.ts';
import { draftsByPlane } from './plane-drafts.ts';
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
  const { entities, failures, statuses } = translateAll(translators, objects);
  const planes = [...draftsByPlane(entities)].map(([plane, drafts]) => [plane, describeConfiguration(drafts)] as const);
  const [[, configuration] = [], ...others] = planes;
  return stringify(
    {
      ...(problems.length === 0 ? null : { problems }),
      ...(failures.length === 0 ? null : { failures: failures.map(describeFailure).sort() }),
      configuration,
      ...(others.length === 0 ? null : { planes: Object.fromEntries(others) }),
      ...(statuses.length === 0 ? null : { statuses: Object.fromEntries(statuses.map(describeStatus).sort(byName)) }),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function describeConfiguration(drafts: readonly EntityDraft[]): object {
  return parse(emitDeclarative(configurationOf(drafts), { format: 'yaml', omitDefaults: true, target: 'gibbon' })) as object;
}

/** A status under the name of its object; conditions on one line each, `<type>=<status>/<reason>: <message>`. */
function describeStatus({ ref: { kind, namespace, name }, status }: StatusDraft): readonly [string, unknown] {
  const text = JSON.stringify(status, (key, value: unknown) =>
    key === 'conditions' ? (value as readonly AnyCondition[]).map(describeCondition) : value,
  );
  return [`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`, JSON.parse(text)];
}

interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function describeCondition({ type, status, reason, message }: AnyCondition): string {
  return `${type}=${status}/${reason}: ${message}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** A failure on one line: objects, field, reason and message. */
export function describeFailure({ refs, field, reason, message }: Failure): string {
  const names = refs.map(({ kind, namespace, name }) => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`);
  return `${names.join(', ')}${field === '' ? '' : ` ${field}`}: ${reason}: ${message}`;
}
