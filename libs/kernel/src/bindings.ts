import 'reflect-metadata';
import { container as root, type DependencyContainer } from 'tsyringe';
import type { AnyService, Dependencies, DependenciesOf, Optional, Scope, Token } from '@gibbon/contracts/module';
import type { BootProblem } from './problems.ts';

/** In a module's own container: the id of that module. */
const OWNER: Token<string> = Symbol('gibbon.kernel/owner') as Token<string>;

interface Binding {
  provider: AnyService;
  readonly decorators: AnyService[];
}

/**
 * The services of a process behind their tokens, on one tsyringe container: the only place that knows tsyringe.
 * Services are made once, at the root; services per module are made once in a child container of that module.
 */
export class Bindings {
  readonly #container: DependencyContainer = root.createChildContainer();
  readonly #owners = new Map<string, DependencyContainer>();
  readonly #bindings = new Map<symbol, Binding>();
  readonly #scope: Scope;
  readonly problems: BootProblem[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Binds, replaces or decorates, as the service says. Mistakes are collected in `problems`. */
  add(service: AnyService): void {
    const existing = this.#bindings.get(service.token);
    const subject = tokenName(service.token);
    if (service.mode === 'provide') {
      if (existing === undefined) this.#bindings.set(service.token, { provider: service, decorators: [] });
      else this.problems.push({ subject, message: 'is already provided; a second provider must say mode "replace" or "decorate"' });
    } else if (existing === undefined) {
      this.problems.push({ subject, message: `nothing is bound that "${service.summary}" could ${service.mode}` });
    } else if (service.mode === 'replace') {
      existing.provider = service;
    } else {
      existing.decorators.push(service);
    }
  }

  /** Whether a token is bound. */
  has(token: Token<unknown>): boolean {
    return this.#bindings.has(token);
  }

  /** Checks that everything required is bound and that nothing requires itself. All problems, none thrown. */
  verify(consumers: readonly { readonly subject: string; readonly requires: Dependencies }[]): BootProblem[] {
    const problems: BootProblem[] = [];
    for (const { subject, requires } of consumers) this.#verifyRequires(subject, requires, problems);
    for (const [token, binding] of this.#bindings) {
      for (const service of [binding.provider, ...binding.decorators]) this.#verifyRequires(tokenName(token), service.requires, problems);
    }
    this.#verifyAcyclic(problems);
    return problems;
  }

  /** Registers everything with the container and makes the services per process. No `add` after this. */
  resolveAll(): void {
    for (const [token, binding] of this.#bindings) {
      this.#container.register(token, { useFactory: (container) => this.#instance(token as Token<unknown>, binding, container) });
    }
    for (const [token, binding] of this.#bindings) {
      if (binding.provider.per === 'process') this.#container.resolve(token);
    }
  }

  /** The instances for a record of requirements, as the module `owner` sees them. */
  dependenciesOf<D extends Dependencies>(requires: D, owner: string | null): DependenciesOf<D> {
    const container = owner === null ? this.#container : this.#ownerContainer(owner);
    return this.#resolveRecord(requires, container) as DependenciesOf<D>;
  }

  /** One service. @throws Error when the token is not bound. */
  resolve<T>(token: Token<T>): T {
    return this.#container.resolve<T>(token);
  }

  readonly #instances = new Map<symbol, unknown>();

  #instance(token: Token<unknown>, binding: Binding, container: DependencyContainer): unknown {
    const owner = binding.provider.per === 'module' && container.isRegistered(OWNER) ? container.resolve<string>(OWNER) : null;
    const cacheKey = owner === null ? (token as symbol) : Symbol.for(`${tokenName(token)}|${owner}`);
    const cached = this.#instances.get(cacheKey);
    if (cached !== undefined) return cached;
    let made: unknown = null;
    for (const service of [binding.provider, ...binding.decorators]) {
      made = service.create({ deps: this.#resolveRecord(service.requires, this.#container), scope: this.#scope, owner, inner: made });
    }
    this.#instances.set(cacheKey, made);
    return made;
  }

  #resolveRecord(requires: Dependencies, container: DependencyContainer): Record<string, unknown> {
    const deps: Record<string, unknown> = {};
    for (const [name, wanted] of Object.entries(requires)) {
      const { token, required } = unwrap(wanted);
      deps[name] = required || this.#bindings.has(token) ? container.resolve(token) : null;
    }
    return deps;
  }

  #ownerContainer(owner: string): DependencyContainer {
    let container = this.#owners.get(owner);
    if (container === undefined) {
      container = this.#container.createChildContainer();
      container.register(OWNER, { useValue: owner });
      this.#owners.set(owner, container);
    }
    return container;
  }

  #verifyRequires(subject: string, requires: Dependencies, problems: BootProblem[]): void {
    for (const [name, wanted] of Object.entries(requires)) {
      const { token, required } = unwrap(wanted);
      if (required && !this.#bindings.has(token)) {
        problems.push({ subject, message: `requires "${name}" (${tokenName(token)}), which nothing in this build provides` });
      }
    }
  }

  #verifyAcyclic(problems: BootProblem[]): void {
    const done = new Set<symbol>();
    const visit = (token: symbol, path: readonly symbol[]): void => {
      const at = path.indexOf(token);
      if (at >= 0) {
        problems.push({ subject: tokenName(token), message: `requires itself: ${[...path.slice(at), token].map(tokenName).join(' -> ')}` });
        return;
      }
      if (done.has(token)) return;
      const binding = this.#bindings.get(token);
      if (binding !== undefined) {
        for (const service of [binding.provider, ...binding.decorators]) {
          for (const wanted of Object.values(service.requires)) visit(unwrap(wanted as Token<unknown>).token, [...path, token]);
        }
      }
      done.add(token);
    };
    for (const token of this.#bindings.keys()) visit(token, []);
  }
}

function unwrap(wanted: Token<unknown> | Optional<unknown>): { readonly token: Token<unknown>; readonly required: boolean } {
  return typeof wanted === 'symbol' ? { token: wanted, required: true } : { token: wanted.optional, required: false };
}

/** The id that a token was made with. */
export function tokenName(token: symbol): string {
  return Symbol.keyFor(token) ?? token.description ?? 'an anonymous token';
}
