import type { ModuleDefinition } from '@gibbon/contracts/module';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import type { Translator } from '@gibbon/contracts/translator';
import { ANY_PLUGIN, isUuid, normaliseEntity } from '@gibbon/model';
import { describe, expect, it } from 'vitest';
import { damagedObjects } from './translation/damage.ts';
import { makeTranslators, type TranslationSetup } from './translation/make-translators.ts';
import { admitObjects } from './translation/manifests.ts';
import { describeFailure } from './translation/render.ts';
import { translateAll, type FullTranslation } from './translation/translate-all.ts';

/** What {@link describeTranslator} is told about a translator. */
export interface TranslatorSuite {
  // oxlint-disable-next-line typescript/no-explicit-any -- existential type: a suite takes translators of all configurations.
  readonly definition: ModuleDefinition<'translator', any, any>;
  /** Translators whose units this one reads or names. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above.
  readonly others?: readonly ModuleDefinition<'translator', any, any>[];
  /** Worlds to translate, each a list of objects as sources deliver them: the more of the translator's rules they use, the better. */
  readonly worlds: readonly (readonly KubeObject[])[];
  /** Resource kinds, which say what may enter; needed to try damaged objects. */
  readonly kinds?: ReadonlyMap<string, ResourceKind>;
  readonly setup?: TranslationSetup;
}

/** The contract of translators. Every translator of the control plane runs it, and third parties do too. */
export function describeTranslator(suite: TranslatorSuite): void {
  const { definition, others = [], setup = {} } = suite;
  const make = (): readonly Translator[] => makeTranslators([definition, ...others], setup);

  describe(`contract of ${definition.id}`, () => {
    describeDeclaration(suite, make);
    describePurity(suite, make);
    describeOutput(suite, make);
    describeDamage(suite, make);
  });
}

type Make = () => readonly Translator[];

function describeDeclaration({ definition }: TranslatorSuite, make: Make): void {
  it('says what it is', () => {
    expect(definition.$$type).toBe('gibbon/Module');
    expect(definition.id).toMatch(/^translator\.[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(definition.summary).toMatch(/^[A-Z].{8,}\.$/);
  });

  it('serves kinds, each once, and declares its indexes, each once', () => {
    const [translator] = make();
    const kinds = [...(translator?.objects ?? []), ...(translator?.derived ?? [])];
    const indexes = translator?.indexes.map(({ name }) => name) ?? [];
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(indexes).size).toBe(indexes.length);
  });
}

function describePurity({ worlds }: TranslatorSuite, make: Make): void {
  it('changes no object', () => {
    const frozen = worlds.map((world) => world.map((object) => deepFreeze(structuredClone(object))));
    for (const world of frozen) translateAll(make(), world);
  });

  it('gives the same output for the same objects, whatever came before and in whatever order', () => {
    const translators = make();
    const first = worlds.map((world) => plain(translateAll(translators, world)));
    const again = worlds
      .toReversed()
      .map((world) => plain(translateAll(translators, world.toReversed())))
      .toReversed();
    expect(again).toEqual(first);
  });
}

function describeOutput({ definition, worlds }: TranslatorSuite, make: Make): void {
  const translations = (): readonly FullTranslation[] => worlds.map((world) => translateAll(make(), world));

  it('yields something', () => {
    const translator = make()[0];
    const kinds = new Set([...(translator?.objects ?? []), ...(translator?.derived ?? [])]);
    const own = translations().flatMap(({ outputs }) => [...outputs].filter(([key]) => kinds.has(key.slice(0, key.indexOf(':')))));
    expect(
      own.some(([, { entities }]) => entities.length > 0),
      `${definition.id} yields no entity in any world`,
    ).toBe(true);
  });

  it('yields complete entities', () => {
    for (const { type, entity, owner } of translations().flatMap(({ entities }) => entities)) {
      const options = {
        plugins: ANY_PLUGIN,
        routerFlavor: 'expressions',
        algorithms: [(entity as { algorithm?: string }).algorithm ?? ''],
      } as const;
      expect(normaliseEntity(type, entity, options)).toEqual({ ok: true, entity });
      expect(isUuid(entity.id)).toBe(true);
      expect(owner.kind).not.toBe('');
      expect(owner.name).not.toBe('');
    }
  });

  it('reports failures that say which object, why, and what would be right', () => {
    for (const failure of translations().flatMap(({ failures }) => failures)) {
      expect(failure.refs.length, describeFailure(failure)).toBeGreaterThan(0);
      expect(failure.reason, describeFailure(failure)).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect(failure.message.length, describeFailure(failure)).toBeGreaterThan(20);
      expect(failure.field, describeFailure(failure)).not.toMatch(/^\.|\.\.|\[/);
    }
  });

  it('tells no secret', () => {
    translations().forEach(({ failures }, index) => {
      const secrets = (worlds[index] ?? []).filter(({ kind }) => kind === 'Secret').flatMap(secretValues);
      const messages = failures.map(({ message }) => message);
      expect(messages.filter((message) => secrets.some((secret) => message.includes(secret)))).toEqual([]);
    });
  });
}

/** Values of a Secret that are long enough not to occur by chance. */
function secretValues(object: KubeObject): readonly string[] {
  const data = 'data' in object ? (object.data as Readonly<Record<string, string>>) : {};
  return Object.values(data)
    .map((text) => Buffer.from(text, 'base64').toString('utf8'))
    .filter((text) => text.length >= 6);
}

function describeDamage({ worlds, kinds = new Map() }: TranslatorSuite, make: Make): void {
  it.skipIf(kinds.size === 0)(
    'survives whatever validation lets through',
    () => {
      const translators = make();
      const thrown: string[] = [];
      for (const world of worlds) {
        for (const { object, damaged, how } of damagedObjects(world)) {
          const [admitted] = admitObjects([damaged], kinds).objects;
          if (admitted === undefined) continue;
          try {
            translateAll(
              translators,
              world.map((other) => (other === object ? admitted : other)),
            );
          } catch (error) {
            thrown.push(`${object.kind} ${object.metadata.name} with ${how}: ${String(error)}`);
          }
        }
        for (const object of world)
          translateAll(
            translators,
            world.filter((other) => other !== object),
          );
      }
      expect(thrown).toEqual([]);
    },
    DAMAGE_TIMEOUT_MS,
  );
}

/** Thousands of translations, on a machine that may be busy. */
const DAMAGE_TIMEOUT_MS = 60_000;

function plain({ outputs }: FullTranslation): unknown {
  return Object.fromEntries([...outputs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
