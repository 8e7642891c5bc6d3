import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange, SourceProblem, SourceSink } from '@gibbon/contracts/source';

/** Keeps what a source delivered, and lets tests wait for a state instead of a time. */
export class CollectingSink implements SourceSink {
  /** What exists now, by `<Kind>:<namespace>/<name>`. */
  readonly objects = new Map<string, KubeObject>();
  /** Every state of every object, in order: `null` where it was deleted. */
  readonly history: { readonly key: string; readonly object: KubeObject | null }[] = [];
  readonly #problems = new Map<string, readonly SourceProblem[]>();
  #waiting: (() => void)[] = [];

  apply(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      const object = change.type === 'delete' ? null : change.object;
      const key = change.type === 'delete' ? keyOf(change.ref.kind, change.ref.namespace, change.ref.name) : objectKeyOf(change.object);
      this.history.push({ key, object });
      if (object === null) this.objects.delete(key);
      else this.objects.set(key, object);
    }
    this.#wake();
  }

  problems(origin: string, problems: readonly SourceProblem[]): void {
    if (problems.length === 0) this.#problems.delete(origin);
    else this.#problems.set(origin, problems);
    this.#wake();
  }

  /** Keys of what exists now, sorted. */
  get keys(): string[] {
    return [...this.objects.keys()].sort();
  }

  /** Problems that exist now, of all origins. */
  get current(): SourceProblem[] {
    return [...this.#problems.values()].flat();
  }

  /** The same as text: `<location> <field>: <message>`, sorted. */
  get messages(): string[] {
    return this.current.map(({ location, field, message }) => `${location} ${field}: ${message}`).sort();
  }

  /** Resolves as soon as the condition holds; looks at it after each delivery. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** The key of an object in a {@link CollectingSink}. */
export function objectKeyOf(object: KubeObject): string {
  return keyOf(object.kind, object.metadata.namespace ?? '', object.metadata.name);
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}:${namespace}/${name}`;
}
