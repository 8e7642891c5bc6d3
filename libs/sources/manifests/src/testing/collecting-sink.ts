import type { KubeObject } from '@gibbon/contracts/resource';
import type { ObjectChange, SourceProblem, SourceSink } from '@gibbon/contracts/source';

/** Keeps what a source delivered, and lets tests wait for a state instead of a time. */
export class CollectingSink implements SourceSink {
  readonly objects = new Map<string, KubeObject>();
  /** Every state of every object, in order: `null` where it was deleted. */
  readonly history: { readonly key: string; readonly object: KubeObject | null }[] = [];
  readonly #problems = new Map<string, readonly SourceProblem[]>();
  #waiting: (() => void)[] = [];

  apply(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      const { kind, namespace, name } = change.type === 'delete' ? change.ref : { kind: change.object.kind, namespace: change.object.metadata.namespace ?? '', name: change.object.metadata.name };
      const key = `${kind}:${namespace}/${name}`;
      const object = change.type === 'delete' ? null : change.object;
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

  get keys(): string[] {
    return [...this.objects.keys()].sort();
  }

  get messages(): string[] {
    return [...this.#problems.values()].flat().map(({ location, field, message }) => `${location} ${field}: ${message}`).sort();
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
