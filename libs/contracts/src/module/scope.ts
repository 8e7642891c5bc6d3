/** Something to release when its owner ends. Released once; may be asynchronous. */
export interface Disposable {
  dispose(): void | Promise<void>;
}

/**
 * Lifetime of what a module instance opened.
 * Everything owned is released in reverse order when the scope ends, also after a start that failed half-way.
 */
export interface Scope {
  /** Hands over a thing to release at the end; returns it. A scope that has ended releases it at once. */
  own<T extends Disposable | (() => void | Promise<void>)>(thing: T): T;
  /** Aborted when the scope begins to end. */
  readonly signal: AbortSignal;
  /** A scope that ends with this one, or earlier by its own `dispose`. */
  child(name: string): Scope & Disposable;
}
