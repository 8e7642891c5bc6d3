import type { KubeObject } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import {
  EMPTY_OUTPUT,
  type EntityDraft,
  type Failure,
  type TrackedRead,
  type TranslationOutput,
  type Translator,
  type Unit,
  type UnitKey,
} from '@gibbon/contracts/translator';
import { ObjectMemory } from './object-memory.ts';

/** What a unit read, in words such as `get Service:shop/cart`, in order. */
export type ReadLog = readonly string[];

/** Every unit with its output. */
export interface FullTranslation {
  readonly outputs: ReadonlyMap<UnitKey, TranslationOutput>;
  readonly reads: ReadonlyMap<UnitKey, ReadLog>;
  readonly entities: readonly EntityDraft[];
  readonly failures: readonly Failure[];
  readonly statuses: readonly StatusDraft[];
}

/**
 * Translates everything from scratch, the plain way: what an incremental engine must agree with.
 * @throws Error when a translator throws, reads in a circle, or reads an index that nobody declares.
 */
export function translateAll(translators: readonly Translator[], objects: Iterable<KubeObject>): FullTranslation {
  const run = new Run(translators, objects);
  return run.all();
}

class Run {
  readonly #byKind = new Map<string, Translator>();
  readonly #memory: ObjectMemory;
  readonly #outputs = new Map<UnitKey, TranslationOutput>();
  readonly #reads = new Map<UnitKey, string[]>();
  readonly #included: UnitKey[] = [];
  readonly #open: UnitKey[] = [];

  constructor(translators: readonly Translator[], objects: Iterable<KubeObject>) {
    for (const translator of translators) {
      for (const kind of [...translator.objects, ...translator.derived]) {
        if (this.#byKind.has(kind)) throw new Error(`two translators serve the kind "${kind}"`);
        this.#byKind.set(kind, translator);
      }
    }
    this.#memory = new ObjectMemory(
      objects,
      translators.flatMap(({ indexes }) => indexes),
    );
  }

  all(): FullTranslation {
    for (const translator of new Set(this.#byKind.values())) {
      for (const kind of translator.objects) {
        for (const { metadata } of this.#memory.list(kind)) this.#output(`${kind}:${metadata.namespace ?? ''}/${metadata.name}`);
      }
    }
    for (let key = this.#included.pop(); key !== undefined; key = this.#included.pop()) this.#output(key);
    const keys = [...this.#outputs.keys()].sort();
    const outputs = keys.map((key) => this.#outputs.get(key) ?? EMPTY_OUTPUT);
    return {
      outputs: this.#outputs,
      reads: this.#reads,
      entities: outputs.flatMap(({ entities }) => entities),
      failures: outputs.flatMap(({ failures }) => failures),
      statuses: outputs.flatMap(({ statuses = [] }) => statuses),
    };
  }

  #output(key: UnitKey): TranslationOutput | null {
    const known = this.#outputs.get(key);
    if (known !== undefined) return known;
    if (this.#open.includes(key)) throw new Error(`units read each other in a circle: ${[...this.#open, key].join(' > ')}`);
    const unit = this.#unit(key);
    const translator = this.#byKind.get(key.slice(0, key.indexOf(':')));
    if (unit === null || translator === undefined) return null;
    const log: string[] = [];
    this.#reads.set(key, log);
    this.#open.push(key);
    const output = translator.translate(unit, this.#tracked(log));
    this.#open.pop();
    this.#outputs.set(key, output);
    return output;
  }

  /** A unit of objects exists while its object does; a derived one when somebody names it. */
  #unit(key: UnitKey): Unit | null {
    const kind = key.slice(0, key.indexOf(':'));
    const id = key.slice(kind.length + 1);
    const translator = this.#byKind.get(kind);
    if (translator?.derived.includes(kind) === true) return { key, kind, id, object: null };
    const [namespace = '', name = ''] = id.split('/');
    const object = this.#memory.get(kind, namespace, name);
    return object === null ? null : { key, kind, id, object };
  }

  #tracked(log: string[]): TrackedRead {
    return {
      get: <T extends KubeObject>(kind: string, namespace: string, name: string) => {
        log.push(`get ${kind}:${namespace}/${name}`);
        return this.#memory.get(kind, namespace, name) as T | null;
      },
      list: <T extends KubeObject>(kind: string, namespace?: string) => {
        log.push(`list ${kind}${namespace === undefined ? '' : ` in ${namespace}`}`);
        return this.#memory.list(kind, namespace) as readonly T[];
      },
      index: <T extends KubeObject>(name: string, value: string) => {
        log.push(`index ${name} ${value}`);
        return this.#memory.index(name, value) as readonly T[];
      },
      include: (unit) => {
        log.push(`include ${unit}`);
        this.#included.push(unit);
      },
      output: (unit) => {
        log.push(`output ${unit}`);
        return this.#output(unit);
      },
    };
  }
}
