import type { Entity, EntityType } from '@gibbon/contracts/entities';
import { compileSchema, type Validator } from '@gibbon/schema';
import type { Draft, EntityContext, EntityProblem } from '../entities/definition.ts';
import { definitionOf } from '../entities/registry.ts';
import { redirectUriProblem } from '../entities/oauth2-credentials.ts';
import { routerPathProblem } from '../entities/router-path.ts';
import { targetProblem } from '../entities/targets.ts';
import { upstreamNameProblem } from '../entities/upstreams.ts';
import { identify, type CountKey } from './identify.ts';
import { NIL_UUID, readReferences, type TextReferences } from './references.ts';

/** Formats of entity fields beside the schema package's. */
const FORMATS = {
  'router-path': routerPathProblem,
  'upstream-name': upstreamNameProblem,
  target: targetProblem,
  'redirect-uri': redirectUriProblem,
};

const validators = new Map<EntityType, Validator<Entity>>();

/** The compiled schema of a type. Compiled at the first use: a process that never sees a type does not pay for it. */
function validatorOf(type: EntityType): Validator<Entity> {
  let validator = validators.get(type);
  if (validator === undefined) {
    validator = compileSchema<Entity>(definitionOf(type).schema, { formats: FORMATS });
    validators.set(type, validator);
  }
  return validator;
}

/** What became of an input. */
export interface Completed {
  /** Complete but for references by name, which have {@link NIL_UUID}; `null` when there are problems. */
  readonly entity: Entity | null;
  readonly problems: readonly EntityProblem[];
  /** References that were given as texts. */
  readonly texts: TextReferences;
}

/** How to complete. */
export interface CompleteOptions {
  readonly context: EntityContext;
  /** Whether references may be names, which the caller resolves. */
  readonly named: boolean;
  readonly count: CountKey;
}

/** Checks one input and completes it: shorthands, defaults, id. Does not change the input. */
export function complete(type: EntityType, input: unknown, options: CompleteOptions): Completed {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { entity: null, problems: [{ path: '', message: 'expected a record', scope: 'field' }], texts: {} };
  }
  const definition = definitionOf(type);
  const draft: Draft = { ...input };
  const problems: EntityProblem[] = [];
  const texts = readReferences(definition, draft, options.named, problems);
  problems.push(...(definition.prepare?.(draft, options.context) ?? []));
  const given = draft['id'];
  draft['id'] = given ?? NIL_UUID;
  const result = validatorOf(type)(draft);
  if (!result.ok) return { entity: null, problems: distinctPaths([...problems, ...result.problems]), texts };
  problems.push(...(definition.check?.(result.config, options.context) ?? []));
  if (problems.length > 0) return { entity: null, problems: distinctPaths(problems), texts };
  const id = typeof given === 'string' ? given.toLowerCase() : identify(definition, result.config, texts, options.count);
  return { entity: Object.freeze({ ...result.config, id }), problems, texts };
}

/** One problem per field, as Kong: the first. */
function distinctPaths(problems: readonly EntityProblem[]): EntityProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, scope, message }) => {
    const key = scope === 'field' ? path : `${path}\n${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
