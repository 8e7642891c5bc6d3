import type { ModuleDefinition, Modules, Token } from '@gibbon/contracts/module';
import { MODULES } from '@gibbon/contracts/module';
import type { ResourceKind } from '@gibbon/contracts/resource';
import {
  CONTROLLER_SETTINGS,
  TARGET_PROFILE,
  type ControllerSettings,
  type TargetProfile,
  type Translator,
} from '@gibbon/contracts/translator';
import { compileSchema } from '@gibbon/schema';
import { TestScope } from '../test-scope.ts';
import { TestServices } from '../test-services.ts';

/** Settings of a controller that nobody configured. */
export const DEFAULT_SETTINGS: ControllerSettings = Object.freeze({
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
});

/** Real Kong with its default router. */
export const KONG_TARGET: TargetProfile = Object.freeze({ kind: 'kong', version: '3.9', routerFlavor: 'traditional_compatible' });

/** What translators and resources of a suite are made with. */
export interface TranslationSetup {
  readonly settings?: Partial<ControllerSettings>;
  readonly target?: Partial<TargetProfile>;
  /** The modules of the process; default: none are known. */
  readonly modules?: Modules;
}

// oxlint-disable-next-line typescript/no-explicit-any -- existential type: modules of all configurations.
type AnyDefinition<K extends 'translator' | 'resource'> = ModuleDefinition<K, any, any>;

/** Makes translators with their default configuration. */
export function makeTranslators(definitions: readonly AnyDefinition<'translator'>[], setup: TranslationSetup = {}): readonly Translator[] {
  return definitions.map((definition) => make(definition, setup));
}

/** The resource kinds of modules, by `kind`. */
export function makeResourceKinds(
  definitions: readonly AnyDefinition<'resource'>[],
  setup: TranslationSetup = {},
): ReadonlyMap<string, ResourceKind> {
  return new Map(definitions.flatMap((definition) => make(definition, setup).kinds).map((kind) => [kind.kind, kind]));
}

function make<K extends 'translator' | 'resource'>(
  definition: AnyDefinition<K>,
  setup: TranslationSetup,
): ReturnType<AnyDefinition<K>['create']> {
  const services = new TestServices(servicesOf(setup));
  const checked = compileSchema(definition.config)({});
  if (!checked.ok) throw new Error(`${definition.id} does not work with its defaults: ${JSON.stringify(checked.problems)}`);
  return definition.create({
    config: checked.config,
    deps: services.resolve(definition.requires as Record<string, unknown>),
    scope: new TestScope(),
  });
}

function servicesOf({ settings, target, modules }: TranslationSetup): (readonly [Token<unknown>, unknown])[] {
  return [
    [CONTROLLER_SETTINGS, { ...DEFAULT_SETTINGS, ...settings }],
    [TARGET_PROFILE, { ...KONG_TARGET, ...target }],
    ...(modules === undefined ? [] : [[MODULES, modules] as const]),
  ];
}
