declare const brand: unique symbol;

/**
 * Typed key of a service that modules ask for.
 * Made with `Symbol.for`, so two installed copies of this package agree on it.
 */
export type Token<T> = symbol & { readonly [brand]: (value: never) => T };

/** A dependency that may be absent: resolves to `null` when nothing is bound. */
export interface Optional<T> {
  readonly optional: Token<T>;
}

/**
 * Makes the key of a service.
 * @param id `<owner>/<service>@<major of the service's contract>`, e.g. `gibbon/clock@1`; the same id gives the same token.
 */
export function createToken<T>(id: `${string}/${string}@${number}`): Token<T> {
  return Symbol.for(id) as Token<T>;
}

/** Marks a dependency as optional: `requires: { tracer: optional(TRACER) }`. */
export function optional<T>(token: Token<T>): Optional<T> {
  return { optional: token };
}

/** What a module requires, by the names under which `create` receives it. */
export type Dependencies = Readonly<Record<string, Token<unknown> | Optional<unknown>>>;

/** The instances for a {@link Dependencies} record. */
export type DependenciesOf<D extends Dependencies> = {
  readonly [K in keyof D]: D[K] extends Optional<infer T> ? T | null : D[K] extends Token<infer T> ? T : never;
};
