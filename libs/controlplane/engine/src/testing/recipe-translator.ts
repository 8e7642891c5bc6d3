import type { EntityDraft, TrackedRead, TranslationOutput, Translator, Unit, UnitKey } from '@gibbon/contracts/translator';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange } from '@gibbon/contracts/source';

/** One thing that a recipe reads, or a choice between two that depends on what is there. */
export type Step =
  | { readonly do: 'get' | 'include' | 'output'; readonly name: string }
  | { readonly do: 'list' }
  | { readonly do: 'index'; readonly colour: string }
  | { readonly do: 'object-output'; readonly name: string }
  | { readonly do: 'crash' }
  | { readonly do: 'when'; readonly name: string; readonly there: readonly Step[] };

/** An object whose translation does what its steps say. */
export interface Recipe extends KubeObject {
  readonly steps: readonly Step[];
  readonly colour: string;
}

export const recipe = (kind: 'Root' | 'Part', name: string, colour: string, steps: readonly Step[]): Recipe => ({
  apiVersion: 'test/v1',
  kind,
  metadata: { namespace: 'ns', name },
  steps,
  colour,
});
export const put = (object: KubeObject): ObjectChange => ({ type: 'upsert', object });
export const drop = (kind: string, name: string): ObjectChange => ({ type: 'delete', ref: { kind, namespace: 'ns', name } });

/**
 * Roots are units; `part:<name>` is a derived unit that does what the Part of that name says. What a unit yields tells
 * everything that it has read, so two equal outputs have seen the same world.
 */
export class RecipeTranslator implements Translator {
  readonly objects = ['Root'];
  readonly derived = ['part'];
  readonly indexes = [{ name: 'by-colour', kind: 'Part', values: (object: KubeObject) => [(object as Recipe).colour] }];
  readonly calls: UnitKey[] = [];

  translate(unit: Unit, read: TrackedRead): TranslationOutput {
    this.calls.push(unit.key);
    const source = (unit.object ?? read.get<Recipe>('Part', 'ns', unit.id)) as Recipe | null;
    const seen = source === null ? ['nothing'] : [source.colour.slice(0, 1), ...this.#follow(source.steps, read)];
    return { entities: [seenDraft(unit.key, seen)], failures: [] };
  }

  #follow(steps: readonly Step[], read: TrackedRead): string[] {
    return steps.flatMap((step) => {
      switch (step.do) {
        case 'get':
          return [`${step.name}:${read.get<Recipe>('Part', 'ns', step.name)?.colour}`];
        case 'list':
          return read.list<Recipe>('Part').map((each) => each.metadata.name);
        case 'index':
          return read.index<Recipe>('by-colour', step.colour).map((each) => each.metadata.name);
        case 'include':
          return read.include(`part:${step.name}`) ?? [];
        case 'output':
          return [told(read.output(`part:${step.name}`))];
        case 'object-output':
          return [told(read.output(`Root:ns/${step.name}`))];
        case 'when':
          return read.get('Part', 'ns', step.name) === null ? [] : this.#follow(step.there, read);
        case 'crash':
          throw new Error('the recipe says so');
      }
    });
  }
}

function told(output: TranslationOutput | null): string {
  return output === null
    ? 'no such unit'
    : `(${output.entities.map((draft) => (draft.entity.tags ?? []).join(' ')).join()}${output.failures.map((failure) => failure.message).join()})`;
}

function seenDraft(key: UnitKey, seen: readonly string[]): EntityDraft {
  return {
    type: 'consumers',
    owner: { kind: 'Root', namespace: 'ns', name: key },
    entity: { id: key, tags: seen, created_at: null, updated_at: null, username: key, custom_id: null },
  };
}
