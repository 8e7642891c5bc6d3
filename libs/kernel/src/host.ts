import {
  defineService,
  MODULES,
  type AnyModule,
  type AnyService,
  type Dependencies,
  type DependenciesOf,
  type ModuleKinds,
  type Scope,
  type Token,
} from '@gibbon/contracts/module';
import type { Logger } from '@gibbon/contracts/services';
import { Bindings, tokenName } from './bindings.ts';
import { Lifecycle, type Component } from './lifecycle.ts';
import { HostModules, type CompileSchema } from './modules.ts';
import { BootError, type BootProblem } from './problems.ts';
import { ModuleRegistry, type Origin, type RegisteredModule } from './registry.ts';
import { LifetimeScope } from './scope.ts';

/** A module that runs once in this process, with its raw configuration. */
export interface Selection<K extends keyof ModuleKinds = keyof ModuleKinds> {
  readonly kind: K;
  /** Name within the kind. */
  readonly name: string;
  /** As written by the user; validated at boot. */
  readonly config: unknown;
}

/** What a host needs from outside. */
export interface HostOptions {
  /** For the kernel's own lines. */
  readonly log: Logger;
  /** Schema compiler, e.g. `compileSchema` of `@gibbon/schema`. */
  readonly compileSchema: CompileSchema;
}

interface Selected {
  readonly definition: AnyModule;
  readonly config: unknown;
}

/**
 * One Gibbon process: a list of modules, services behind tokens, and what runs.
 * Order of use: `use`/`replace`/`without`, `bind`, `select`, then `boot` once, then `start`, at the end `stop`.
 */
export class Host {
  readonly #log: Logger;
  readonly #scope: LifetimeScope;
  readonly #registry = new ModuleRegistry();
  readonly #bindings: Bindings;
  readonly #modules: HostModules;
  readonly #lifecycle: Lifecycle;
  readonly #selections: Selection[] = [];
  readonly #instances = new Map<string, unknown>();
  #booted = false;

  constructor(options: HostOptions) {
    this.#log = options.log;
    this.#scope = new LifetimeScope('process', options.log);
    this.#bindings = new Bindings(this.#scope);
    this.#modules = new HostModules(this.#registry, this.#bindings, options.compileSchema);
    this.#lifecycle = new Lifecycle(options.log);
    this.bind(defineService({ token: MODULES, summary: 'The modules of this process.', create: () => this.#modules }));
  }

  /** Adds modules (and services) to the build. */
  use(definitions: readonly unknown[], origin: Origin): void {
    this.#registry.use(definitions, origin);
  }

  /**
   * Makes modules known that run elsewhere: they can be found and their configuration checked, but they are not part of
   * this build. A control plane knows the plugins of its data planes.
   */
  know(definitions: readonly unknown[], origin: Origin): void {
    this.#registry.know(definitions, origin);
  }

  /** Puts a module in the place of the one with the same id. */
  replace(definition: AnyModule, origin: Origin): void {
    this.#registry.replace(definition, origin);
  }

  /** Leaves a module out of the build. */
  without(id: string): void {
    this.#registry.remove(id);
  }

  /** Binds a service of the process itself; services that extensions bring are applied after these. */
  bind(service: AnyService): void {
    this.#bindings.add(service);
  }

  /** Binds a ready value. */
  bindValue<T>(token: Token<T>, value: T, summary: string): void {
    this.bind(defineService({ token, summary, create: () => value }));
  }

  /** Asks for one instance of a module in this process. */
  select(selection: Selection): void {
    this.#selections.push(selection);
  }

  /** The modules of the build, in order of registration. */
  list(): readonly RegisteredModule[] {
    return this.#registry.all();
  }

  /** Modules by kind and name, also before boot. */
  get modules(): HostModules {
    return this.#modules;
  }

  /** Lives until `stop`. */
  get scope(): Scope {
    return this.#scope;
  }

  /**
   * Checks everything, makes the services and then the selected modules.
   * @throws BootError with every problem of modules, tokens and configuration at once; nothing has been made then.
   */
  boot(): void {
    if (this.#booted) throw new Error('boot() was called twice');
    this.#booted = true;
    for (const service of this.#registry.services()) this.#bindService(service);
    const selected: Selected[] = [];
    const problems = [
      ...this.#registry.problems,
      ...this.#bindings.problems,
      ...this.#bindings.verify(this.#running().map(({ id, requires }) => ({ subject: id, requires }))),
      ...this.#checkSelections(selected),
    ];
    if (problems.length > 0) throw new BootError(problems);
    this.#bindings.resolveAll();
    for (const { definition, config } of selected) {
      this.#instances.set(definition.id, this.#modules.create(definition, config, this.#scope));
    }
  }

  /** The instance of a selected module. @throws Error when it was not selected. */
  instance<K extends keyof ModuleKinds>(kind: K, name: string): ModuleKinds[K] {
    const instance = this.#instances.get(`${kind}.${name}`);
    if (instance === undefined) throw new Error(`${kind}.${name} was not selected`);
    return instance as ModuleKinds[K];
  }

  /** Instances of all selected modules of a kind, in order of selection. */
  instances<K extends keyof ModuleKinds>(kind: K): ModuleKinds[K][] {
    return [...this.#instances].filter(([id]) => id.startsWith(`${kind}.`)).map(([, instance]) => instance as ModuleKinds[K]);
  }

  /** One service. For composition roots only: modules receive what they require. */
  resolve<T>(token: Token<T>): T {
    return this.#bindings.resolve(token);
  }

  /** Several services by name, as the module `owner` would see them. */
  dependencies<D extends Dependencies>(requires: D, owner: string): DependenciesOf<D> {
    return this.#bindings.dependenciesOf(requires, owner);
  }

  /** Adds a part to start and stop. */
  add(component: Component): void {
    this.#lifecycle.add(component);
  }

  /** Starts the parts in order. */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /** Stops the parts in reverse order, then releases everything. Safe to call more than once. */
  async stop(): Promise<void> {
    await this.#lifecycle.stop();
    await this.#scope.dispose();
    this.#log.debug('stopped');
  }

  /** A package may carry services for several programs: what changes a service that this one does not have is of no concern here. */
  #bindService(service: AnyService): void {
    if (service.mode === 'provide' || this.#bindings.has(service.token)) this.#bindings.add(service);
    else
      this.#log.info(
        { service: tokenName(service.token), mode: service.mode, summary: service.summary },
        'an extension has nothing to change here',
      );
  }

  /** Modules that may be created here: of a kind from which some are selected, those; of any other kind, all. */
  #running(): AnyModule[] {
    const selectedKinds = new Set<string>(this.#selections.map(({ kind }) => kind));
    const selectedIds = new Set(this.#selections.map(({ kind, name }) => `${kind}.${name}`));
    const definitions = this.#registry.all().map(({ definition }) => definition);
    return definitions.filter(({ kind, id }) => !selectedKinds.has(kind) || selectedIds.has(id));
  }

  #checkSelections(selected: Selected[]): BootProblem[] {
    const problems: BootProblem[] = [];
    for (const { kind, name, config } of this.#selections) {
      const definition = this.#registry.find(kind, name) as AnyModule | null;
      if (definition === null) {
        const there = this.#registry.list(kind).map(({ id }) => id);
        problems.push({ subject: `${kind}.${name}`, message: `is not in this build; there is ${there.join(', ') || `no ${kind}`}` });
        continue;
      }
      const result = this.#modules.validate(definition, config);
      if (result.ok) selected.push({ definition, config: result.config });
      else
        for (const { path, message } of result.problems)
          problems.push({ subject: definition.id, message: path === '' ? message : `${path}: ${message}` });
    }
    return problems;
  }
}
