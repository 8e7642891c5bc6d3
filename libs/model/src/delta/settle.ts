import type { ConfigurationDelta, Entity, EntityType } from '@gibbon/contracts/entities';
import type { EntityLookup } from '@gibbon/contracts/plugin';
import type { DeclarativeProblem } from '../declarative/problem.ts';
import { childrenOf, definitionOf, ENTITY_TYPES } from '../entities/registry.ts';

/** An entity that is to be written, complete by itself. */
export interface Candidate {
  readonly type: EntityType;
  readonly entity: Entity;
  /** Where it stands in what was sent. */
  readonly location: string;
}

/** What is to be written and removed, and what it is written to. */
export interface Proposal {
  readonly base: EntityLookup;
  readonly candidates: readonly Candidate[];
  readonly deleted: readonly { readonly type: EntityType; readonly id: string }[];
  /** Ids (`type:id`) that count as there although they are not: entities whose own mistakes are told already. */
  readonly assumed?: ReadonlySet<string>;
  /** Whether what is wrong is taken out, and with it what refers to it, until the rest holds together. */
  readonly leaveOut: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Rule = (candidate: Candidate) => { readonly path: string; readonly message: string } | null;

/**
 * Checks that a configuration still holds together after a change: that every reference leads somewhere, and values that
 * must be unique are. Costs what the change touches. What was there before and loses what it refers to is a problem too.
 * @returns the difference to apply, which with `leaveOut` is always sound, and all problems.
 */
export function settle(proposal: Proposal): { readonly delta: ConfigurationDelta; readonly problems: readonly DeclarativeProblem[] } {
  return new Settlement(proposal).run();
}

class Settlement {
  readonly #proposal: Proposal;
  readonly #upserts = new Map<string, Candidate>();
  readonly #deleted = new Map<string, { readonly type: EntityType; readonly id: string }>();
  readonly #problems: DeclarativeProblem[] = [];

  constructor(proposal: Proposal) {
    this.#proposal = proposal;
    for (const gone of proposal.deleted) this.#deleted.set(keyOf(gone.type, gone.id), gone);
    for (const candidate of proposal.candidates) {
      const key = keyOf(candidate.type, candidate.entity.id);
      if (this.#upserts.has(key)) this.#report(candidate, '', duplicate(candidate.type, 'primary key', candidate.entity.id));
      else this.#upserts.set(key, candidate);
      this.#deleted.delete(key);
    }
  }

  run(): { readonly delta: ConfigurationDelta; readonly problems: readonly DeclarativeProblem[] } {
    let changed = true;
    while (changed) {
      // Both always: a change of one may be what the other has to look at.
      const dropped = this.#dropCandidates();
      const orphaned = this.#dropOrphans();
      changed = this.#proposal.leaveOut && (dropped || orphaned);
    }
    return { delta: this.#delta(), problems: this.#problems };
  }

  #dropCandidates(): boolean {
    const claimed = new Map<string, string>();
    const rules: readonly Rule[] = [(candidate) => this.#clash(candidate, claimed), (candidate) => this.#dangling(candidate)];
    let dropped = false;
    for (const [key, candidate] of this.#upserts) {
      const problem = rules.map((rule) => rule(candidate)).find((found) => found !== null);
      if (problem === undefined || problem === null) continue;
      this.#report(candidate, problem.path, problem.message);
      if (this.#proposal.leaveOut) this.#upserts.delete(key);
      dropped = true;
    }
    return dropped;
  }

  #clash({ type, entity }: Candidate, claimed: Map<string, string>): ReturnType<Rule> {
    for (const field of definitionOf(type).unique) {
      const value = (entity as unknown as Fields)[field];
      if (typeof value !== 'string') continue;
      const claim = `${type}:${field}:${value}`;
      const before = this.#proposal.base.find(type, field, value);
      const holder = claimed.get(claim) ?? (before !== null && this.#unchanged(type, before.id) ? before.id : entity.id);
      if (holder !== entity.id) return { path: '', message: duplicate(type, field, value) };
      claimed.set(claim, entity.id);
    }
    return null;
  }

  #dangling({ type, entity }: Candidate): ReturnType<Rule> {
    for (const [field, target] of Object.entries(definitionOf(type).foreignKeys)) {
      const id = referenceOf(entity, field);
      if (id !== null && !this.#exists(target, id)) return { path: field, message: missing(field, id, target) };
    }
    return null;
  }

  /** What was there and refers to what is being removed. */
  #dropOrphans(): boolean {
    let orphaned = false;
    for (const { type: target, id } of [...this.#deleted.values()]) {
      for (const { type, field } of childrenOf(target)) {
        for (const entity of [...this.#proposal.base.children(type, field, id)] as Entity[]) {
          if (!this.#unchanged(type, entity.id)) continue;
          this.#report({ type, entity, location: `${type}.${entity.id}` }, field, missing(field, id, target));
          if (this.#proposal.leaveOut) this.#deleted.set(keyOf(type, entity.id), { type, id: entity.id });
          orphaned = true;
        }
      }
    }
    return orphaned;
  }

  #exists(type: EntityType, id: string): boolean {
    const key = keyOf(type, id);
    if (this.#upserts.has(key) || this.#proposal.assumed?.has(key) === true) return true;
    return !this.#deleted.has(key) && this.#proposal.base.get(type, id) !== null;
  }

  /** Whether an entity of before stays as it is. */
  #unchanged(type: EntityType, id: string): boolean {
    const key = keyOf(type, id);
    return !this.#upserts.has(key) && !this.#deleted.has(key);
  }

  #report({ type, entity, location }: Candidate, path: string, message: string): void {
    const { name } = entity as { readonly name?: unknown };
    const place = path === '' ? location : `${location}.${path}`;
    const what = {
      type,
      id: entity.id,
      name: typeof name === 'string' ? name : null,
      tags: entity.tags,
      input: entity as unknown as Fields,
    };
    this.#problems.push({ location: place, path, message, scope: path === '' ? 'record' : 'field', entity: what });
  }

  #delta(): ConfigurationDelta {
    const delta: Record<string, { upserted: Entity[]; deleted: string[] }> = {};
    const of = (type: EntityType): { upserted: Entity[]; deleted: string[] } => (delta[type] ??= { upserted: [], deleted: [] });
    for (const { type, entity } of this.#upserts.values()) of(type).upserted.push(entity);
    for (const { type, id } of this.#deleted.values()) of(type).deleted.push(id);
    return Object.fromEntries(ENTITY_TYPES.flatMap((type) => (delta[type] === undefined ? [] : [[type, delta[type]]])));
  }
}

function keyOf(type: EntityType, id: string): string {
  return `${type}:${id}`;
}

function referenceOf(entity: Entity, field: string): string | null {
  const value = (entity as unknown as Fields)[field];
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : null;
}

function duplicate(type: EntityType, field: string, value: string): string {
  const what = field === 'primary key' ? `primary key set to '${value}'` : `${field} set to '${value}'`;
  return `uniqueness violation: '${type}' entity with ${what} already declared`;
}

function missing(field: string, id: string, target: EntityType): string {
  return `invalid reference '${field}: ${id}' (no such entry in '${target}')`;
}
