import type { Balancer } from '@gibbon/contracts/balancer';
import type { Upstream } from '@gibbon/contracts/entities';
import type { Disposable, ModuleDefinition, Modules, Scope } from '@gibbon/contracts/module';
import { selectDeclared } from './declared-config.ts';
import { makeInstance, type ReportProblem } from './module-instance.ts';

/** What takes the place of an algorithm that is unknown or wrongly configured: Kong's default. */
const FALLBACK = 'round-robin';

/** A balancer and what it was made from. */
export interface ChosenBalancer extends Disposable {
  /** `null` when this build has no usable balancer at all. */
  readonly balancer: Balancer | null;
  readonly usesHash: boolean;
  /** Equal identities need no new balancer. */
  readonly identity: string;
}

/** What tells one choice from another. */
export function balancerIdentity(modules: Modules, upstream: Upstream): string {
  const definition = modules.find('balancer', upstream.algorithm);
  return JSON.stringify([upstream.algorithm, definition === null ? null : rawConfig(definition, upstream)]);
}

/** Makes the balancer that an upstream names: its configuration is the upstream's own fields and `balancer_config`. */
export function chooseBalancer(
  context: { readonly modules: Modules; readonly scope: Scope },
  upstream: Upstream,
  report: ReportProblem,
): ChosenBalancer {
  const { modules } = context;
  const identity = balancerIdentity(modules, upstream);
  const wanted = modules.find('balancer', upstream.algorithm);
  if (wanted === null) {
    const names = modules
      .list('balancer')
      .map(({ id }) => id.slice('balancer.'.length))
      .join(', ');
    report('algorithm', `there is no balancer "${upstream.algorithm}", ${FALLBACK} is used instead; known are: ${names}`);
  }
  for (const definition of [wanted, modules.find('balancer', FALLBACK)]) {
    if (definition === null) continue;
    const raw = definition === wanted ? rawConfig(definition, upstream) : selectDeclared(definition.config, fieldsOf(upstream));
    const made = makeInstance(context, definition, raw, (path, message) => report(fieldIn(path, upstream), message));
    if (made !== null)
      return { balancer: made.instance, usesHash: definition.traits.usesHash ?? false, identity, dispose: () => made.dispose() };
  }
  return { balancer: null, usesHash: false, identity, dispose: () => undefined };
}

function rawConfig(definition: ModuleDefinition<'balancer'>, upstream: Upstream): Readonly<Record<string, unknown>> {
  return { ...selectDeclared(definition.config, fieldsOf(upstream)), ...upstream.balancer_config };
}

function fieldsOf(upstream: Upstream): Readonly<Record<string, unknown>> {
  return upstream as unknown as Readonly<Record<string, unknown>>;
}

/** Where the user wrote the field of a balancer's configuration. */
function fieldIn(path: string, upstream: Upstream): string {
  const key = path.split('.')[0] ?? '';
  if (path === '') return 'algorithm';
  return key in (upstream.balancer_config ?? {}) || !(key in upstream) ? `balancer_config.${path}` : path;
}
