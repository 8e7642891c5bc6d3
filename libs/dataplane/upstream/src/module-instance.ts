import type { Disposable, ModuleDefinition, ModuleKinds, Modules, Scope } from '@gibbon/contracts/module';

/** A module made for one upstream, which ends with it or is replaced. */
export interface ModuleInstance<T> extends Disposable {
  readonly instance: T;
}

/** Reports a problem of an upstream. */
export type ReportProblem = (field: string, message: string) => void;

/**
 * Makes an instance from a raw configuration.
 * @returns `null` when the configuration is wrong or the module fails; every problem is reported under `field`.
 */
export function makeInstance<K extends keyof ModuleKinds>(
  { modules, scope }: { readonly modules: Modules; readonly scope: Scope },
  definition: ModuleDefinition<K>,
  raw: Readonly<Record<string, unknown>>,
  report: (path: string, message: string) => void,
): ModuleInstance<ModuleKinds[K]> | null {
  const checked = modules.validate(definition, raw);
  if (!checked.ok) {
    for (const { path, message } of checked.problems) report(path, message);
    return null;
  }
  const own = scope.child(definition.id);
  try {
    return { instance: modules.create(definition, checked.config, own), dispose: () => own.dispose() };
  } catch (error) {
    void own.dispose();
    report('', error instanceof Error ? error.message : String(error));
    return null;
  }
}
