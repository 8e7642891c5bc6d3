import type { AnyModule, AnyService, ModuleDefinition, ModuleKinds } from '@gibbon/contracts/module';
import type { BootProblem } from './problems.ts';

/** What a module list may hold. */
export type Definition = AnyModule | AnyService;

/** A module and where it came from, for `--list-modules`. */
export interface RegisteredModule {
  readonly definition: AnyModule;
  /** npm package name and version. */
  readonly packageName: string;
  readonly packageVersion: string;
}

/** Where a list of definitions came from. */
export interface Origin {
  readonly packageName: string;
  readonly packageVersion: string;
}

const KNOWN_API = 1;

/**
 * The modules of a build by id. Filled before boot and read-only after; every mistake is collected, none throws.
 */
export class ModuleRegistry {
  readonly #modules = new Map<string, RegisteredModule>();
  readonly #known = new Map<string, AnyModule>();
  readonly #services: AnyService[] = [];
  readonly problems: BootProblem[] = [];

  /** Adds definitions in order. A duplicate id, a wrong shape or another contract version is a problem. */
  use(definitions: readonly unknown[], origin: Origin): void {
    for (const definition of definitions) this.#add(definition, origin, false);
  }

  /** Puts a module in the place of the one with the same id. There must be one. */
  replace(definition: AnyModule, origin: Origin): void {
    this.#add(definition, origin, true);
  }

  /** Adds definitions that can be found and whose configuration can be checked, but that do not run here and are not listed. */
  know(definitions: readonly unknown[], origin: Origin): void {
    for (const definition of definitions) {
      const wrong = shapeProblem(definition);
      if (wrong !== null) this.problems.push({ subject: `${origin.packageName}@${origin.packageVersion}`, message: wrong });
      else if ((definition as Definition).$$type === 'gibbon/Module')
        this.#known.set((definition as AnyModule).id, definition as AnyModule);
    }
  }

  /** Leaves a module out. There must be one. */
  remove(id: string): void {
    if (!this.#modules.delete(id))
      this.problems.push({ subject: id, message: `there is no such module to leave out; there are ${this.#ids()}` });
  }

  find<K extends keyof ModuleKinds>(kind: K, name: string): ModuleDefinition<K> | null {
    const id = `${kind}.${name}`;
    return ((this.#modules.get(id)?.definition ?? this.#known.get(id)) as ModuleDefinition<K> | undefined) ?? null;
  }

  list<K extends keyof ModuleKinds>(kind: K): ModuleDefinition<K>[] {
    const running = this.all().map((entry) => entry.definition);
    const known = [...this.#known.values()].filter(({ id }) => !this.#modules.has(id));
    return [...running, ...known].filter((definition) => definition.kind === kind) as unknown as ModuleDefinition<K>[];
  }

  all(): readonly RegisteredModule[] {
    return [...this.#modules.values()];
  }

  /** Services that extensions brought, in order. */
  services(): readonly AnyService[] {
    return this.#services;
  }

  #add(definition: unknown, origin: Origin, replacing: boolean): void {
    const wrong = shapeProblem(definition);
    if (wrong !== null) {
      this.problems.push({ subject: `${origin.packageName}@${origin.packageVersion}`, message: wrong });
      return;
    }
    const known = definition as Definition;
    if (known.$$type === 'gibbon/Service') {
      this.#services.push(known);
      return;
    }
    const existing = this.#modules.get(known.id);
    if (replacing && existing === undefined) {
      this.problems.push({ subject: known.id, message: `there is no such module to replace; there are ${this.#ids()}` });
    } else if (!replacing && existing !== undefined) {
      this.problems.push({
        subject: known.id,
        message: `is already provided by ${existing.packageName}@${existing.packageVersion}; to take its place, replace it by name`,
      });
    } else {
      this.#modules.set(known.id, { definition: known, packageName: origin.packageName, packageVersion: origin.packageVersion });
    }
  }

  #ids(): string {
    return [...this.#modules.keys()].join(', ') || 'none';
  }
}

/** What is wrong with a value that should be a definition, or `null`. */
function shapeProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('$$type' in value)) {
    return 'exports something that is not a definition; make it with defineModule(), definePlugin() or defineService()';
  }
  const candidate = value as Record<string, unknown>;
  const name = typeof candidate['id'] === 'string' ? candidate['id'] : String(candidate['$$type']);
  if (candidate['api'] !== KNOWN_API) {
    return `${name} is written for version ${String(candidate['api'])} of the module contract; this build has version ${KNOWN_API}`;
  }
  if (candidate['$$type'] === 'gibbon/Service') {
    return typeof candidate['token'] === 'symbol' && typeof candidate['create'] === 'function'
      ? null
      : 'exports a service without a token or create()';
  }
  if (candidate['$$type'] !== 'gibbon/Module') return `${name} has the unknown type ${String(candidate['$$type'])}`;
  const missing = moduleFieldProblems(candidate);
  return missing.length === 0 ? null : `${name}: ${missing.join('; ')}`;
}

function moduleFieldProblems(candidate: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const { kind, id, summary, config, create } = candidate;
  if (typeof kind !== 'string' || typeof id !== 'string' || !id.startsWith(`${kind}.`) || id.length === kind.length + 1) {
    problems.push('id must be "<kind>.<name>" with the module\'s own kind');
  }
  if (typeof summary !== 'string' || summary.trim() === '') problems.push('summary must say in one sentence what the module does');
  if (typeof config !== 'object' || config === null || (config as Record<string, unknown>)['type'] !== 'object') {
    problems.push('config must be a JSON Schema of type "object"');
  }
  if (typeof create !== 'function') problems.push('create must be a function');
  return problems;
}
