import type { AnyModule, ModuleDefinition, Scope } from '@gibbon/contracts/module';
import type { ResourceKind } from '@gibbon/contracts/resource';
import { CONTROLLER_SETTINGS, type ControllerSettings } from '@gibbon/contracts/translator';

/** What a kind is called and looks like does not depend on the settings; which objects matter does. */
const SETTINGS: ControllerSettings = { ingressClass: '', ingressClassController: '', clusterDomain: '', drainSupport: false };

/** Resources own nothing that would have to be released. */
const SCOPE = { own: (owned: unknown) => owned } as unknown as Scope;

/**
 * The resource kinds that modules bring in, sorted by group and plural.
 * @throws Error for a resource module that needs a service not known here.
 */
export function resourceKindsOf(modules: readonly AnyModule[]): readonly ResourceKind[] {
  const kinds = modules.filter((module) => module.kind === 'resource').flatMap((module) => create(module as ResourceModule).kinds);
  return kinds.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

type ResourceModule = ModuleDefinition<'resource', object, Readonly<Record<string, never>>>;

function create(module: ResourceModule) {
  const deps: Record<string, unknown> = {};
  for (const [name, token] of Object.entries(module.requires as Readonly<Record<string, unknown>>)) {
    if (token !== CONTROLLER_SETTINGS) throw new Error(`${module.id}: no value for "${name}" when deployment files are generated`);
    deps[name] = SETTINGS;
  }
  return module.create({ config: {}, deps, scope: SCOPE } as never);
}

function keyOf({ group, plural }: ResourceKind): string {
  return `${group}/${plural}`;
}
