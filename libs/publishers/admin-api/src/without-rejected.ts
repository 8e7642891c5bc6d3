import type { Configuration, Entity, EntityRef, EntityType, PluginEntity } from '@gibbon/contracts/entities';
import type { Rejection } from '@gibbon/contracts/publisher';
import { definitionOf, ENTITY_TYPES } from '@gibbon/model';

/** A configuration without faulty entities and what depends on them. */
export interface Remainder {
  readonly configuration: Configuration;
  /** One for each entity that is out for the sake of another. */
  readonly dependants: readonly Rejection[];
}

/**
 * Leaves out faulty entities and everything that cannot be without them: what refers to them, services that go to a faulty
 * upstream, and whatever a faulty plugin is bound to, because nobody may find a route open that a plugin was to protect.
 * @returns `null` when a plugin for everything is faulty: without it nothing may serve.
 */
export function withoutRejected(configuration: Configuration, rejected: readonly Rejection[]): Remainder | null {
  const out = new Map<string, Rejection>();
  for (const rejection of rejected) out.set(keyOf(rejection.type, rejection.id), rejection);
  for (const plugin of configuration.plugins) {
    const reason = out.get(keyOf('plugins', plugin.id));
    if (reason === undefined) continue;
    const bound = boundTo(plugin);
    if (bound.length === 0) return null;
    for (const { type, id } of bound)
      leaveOut(out, { type, id, field: '', message: `its plugin ${plugin.name} is refused: ${reason.message}` });
  }
  const names = new Map(configuration.upstreams.map(({ id, name }) => [name, id]));
  let size = -1;
  while (size !== out.size) {
    size = out.size;
    for (const type of ENTITY_TYPES) for (const entity of configuration[type]) follow(type, entity, { out, names });
  }
  const rest = Object.fromEntries(
    ENTITY_TYPES.map((type) => [type, (configuration[type] as readonly Entity[]).filter(({ id }) => !out.has(keyOf(type, id)))]),
  );
  const faulty = new Set(rejected.map(({ type, id }) => keyOf(type, id)));
  return {
    configuration: rest as unknown as Configuration,
    dependants: [...out].filter(([key]) => !faulty.has(key)).map(([, one]) => one),
  };
}

function follow(
  type: EntityType,
  entity: Entity,
  { out, names }: { readonly out: Map<string, Rejection>; readonly names: ReadonlyMap<string, string> },
): void {
  if (out.has(keyOf(type, entity.id))) return;
  const fields = entity as unknown as Readonly<Record<string, EntityRef | null | undefined>>;
  for (const [field, target] of Object.entries(definitionOf(type).foreignKeys)) {
    const id = fields[field]?.id;
    if (id !== undefined && out.has(keyOf(target, id)))
      leaveOut(out, { type, id: entity.id, field, message: `${target} ${id} is refused` });
  }
  if (type !== 'services') return;
  const upstream = names.get((entity as { readonly host?: string }).host ?? '');
  if (upstream !== undefined && out.has(keyOf('upstreams', upstream)))
    leaveOut(out, { type, id: entity.id, field: 'host', message: `upstreams ${upstream} is refused` });
}

function boundTo({ route, service, consumer }: PluginEntity): readonly { readonly type: EntityType; readonly id: string }[] {
  const references: readonly (readonly [EntityType, EntityRef | null])[] = [
    ['routes', route],
    ['services', service],
    ['consumers', consumer],
  ];
  return references.flatMap(([type, reference]) => (reference === null ? [] : [{ type, id: reference.id }]));
}

function leaveOut(out: Map<string, Rejection>, rejection: Rejection): void {
  const key = keyOf(rejection.type, rejection.id);
  if (!out.has(key)) out.set(key, rejection);
}

function keyOf(type: EntityType, id: string): string {
  return `${type}/${id}`;
}
