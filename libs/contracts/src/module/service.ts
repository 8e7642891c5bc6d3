import type { Scope } from './scope.ts';
import type { Dependencies, DependenciesOf, Token } from './token.ts';

/** How often a service exists: once per process, or once per module that asks (a logger that carries the module's id). */
export type ServicePer = 'process' | 'module';

/** What a service's `create` receives. */
export interface ServiceContext<T, D extends Dependencies> {
  readonly deps: DependenciesOf<D>;
  /** Ends with the process, after everything that uses the service. */
  readonly scope: Scope;
  /** Id of the module that asks; `null` for services per process. */
  readonly owner: string | null;
  /** The service being decorated; `null` unless `mode` is `decorate`. */
  readonly inner: T | null;
}

/**
 * A service behind a token. `provide` binds a free token, `replace` takes the place of what is bound, `decorate` wraps it:
 * how an extension changes any part of Gibbon that is reached by a token.
 */
export interface ServiceDefinition<T = unknown, D extends Dependencies = Dependencies> {
  readonly $$type: 'gibbon/Service';
  /** Major version of this contract. */
  readonly api: 1;
  readonly token: Token<T>;
  /** One sentence for `--list-modules`. */
  readonly summary: string;
  readonly mode: 'provide' | 'replace' | 'decorate';
  readonly per: ServicePer;
  readonly requires: D;
  /** Makes the service; synchronous. Called once per process or once per asking module. */
  create(context: ServiceContext<T, D>): T;
}

/** A service of any type, as lists hold them. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential type: a list holds services of all types.
export type AnyService = ServiceDefinition<any, any>;

/** What a service author writes: `mode` defaults to `provide`, `per` to `process`, `requires` to nothing. */
export interface ServiceSpecification<T, D extends Dependencies> {
  readonly token: Token<T>;
  readonly summary: string;
  readonly mode?: 'provide' | 'replace' | 'decorate';
  readonly per?: ServicePer;
  readonly requires?: D;
  create(context: ServiceContext<T, D>): T;
}

/**
 * Declares a service.
 * @example
 * export const auditedSink = defineService({
 *   token: CONFIGURATION_SINK, mode: 'decorate', summary: 'Writes an audit line for each configuration.',
 *   requires: { log: LOGGER },
 *   create: ({ inner, deps }) => ({ apply: (change) => (deps.log.info({ revision: change.revision }, 'audit'), inner!.apply(change)) }),
 * });
 */
export function defineService<T, const D extends Dependencies = Record<never, never>>(
  specification: ServiceSpecification<T, D>,
): ServiceDefinition<T, D> {
  return {
    $$type: 'gibbon/Service',
    api: 1,
    token: specification.token,
    summary: specification.summary,
    mode: specification.mode ?? 'provide',
    per: specification.per ?? 'process',
    requires: specification.requires ?? ({} as D),
    create: (context) => specification.create(context),
  };
}
