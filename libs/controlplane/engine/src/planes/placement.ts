import type { EntityType, EntityTypes, PluginEntity } from '@gibbon/contracts/entities';
import type { PlaneName } from '@gibbon/contracts/translator';
import type { ForeignId } from '@gibbon/model';
import { isPlaced, referencesOf } from '../assembly/entity-rules.ts';
import { entityKey, type EntityKey } from '../assembly/variant.ts';
import type { PlacedEntity } from './placed-entity.ts';

/** Names what planes are made of: an entity, or the name under which services reach an upstream. */
export type MemberKey = EntityKey | `upstream ${string}`;

/** Whether it is an entity that a key names. */
export function isEntityKey(key: MemberKey): key is EntityKey {
  return !key.startsWith('upstream ');
}

/** Stands for every plane, those that do not exist yet included. No plane can have this name. */
export const EVERY_PLANE: PlaneName = '\0every';

/** Finds the entities that the configuration of a plugin names. Pure. */
export type PluginReferences = (plugin: PluginEntity) => readonly ForeignId[];

/** Why an entity is part of a plane. */
export interface Placement {
  /** The plane to which it belongs by itself, perhaps {@link EVERY_PLANE}; `null`: it follows others. */
  readonly home: PlaneName | null;
  /** What it hangs on: it is where that is. Without it, it is where something refers to it. */
  readonly parent: MemberKey | null;
  /** What must be where it is. */
  readonly references: readonly MemberKey[];
}

/** Types that are part of a plane because something there refers to them. */
const CARRIED: ReadonlySet<EntityType> = new Set(['services', 'upstreams', 'certificates', 'ca_certificates'] satisfies EntityType[]);

/** Whether an entity of this type is where something refers to it. */
export function isCarried(type: EntityType): boolean {
  return CARRIED.has(type);
}

/** Where an entity belongs. `references` has each key once, and only of types that are carried. */
export function placementOf({ type, plane, entity }: PlacedEntity & { readonly entity: object }, plugins: PluginReferences): Placement {
  const references = new Set<MemberKey>(referencesOf(type, entity).flatMap((each) => carriedKey(each.type, each.id)));
  if (isPlaced(type)) return { home: plane, parent: null, references: [...references] };
  switch (type) {
    case 'services': {
      const { host, ca_certificates: authorities } = entity as EntityTypes['services'];
      for (const id of authorities ?? []) references.add(entityKey('ca_certificates', id));
      references.add(`upstream ${host}`);
      return { home: null, parent: null, references: [...references] };
    }
    case 'upstreams':
      return { home: null, parent: `upstream ${(entity as EntityTypes['upstreams']).name}`, references: [...references] };
    case 'targets':
      return { home: null, parent: entityKey('upstreams', (entity as EntityTypes['targets']).upstream.id), references: [] };
    case 'plugins':
      return placementOfPlugin(entity as PluginEntity, references, plugins);
    case 'certificates':
    case 'ca_certificates':
      return { home: null, parent: null, references: [...references] };
    default:
      return { home: EVERY_PLANE, parent: null, references: [...references] };
  }
}

/** A plugin is where its route is, or its service where it has no route; otherwise it is for everything. */
function placementOfPlugin(plugin: PluginEntity, references: Set<MemberKey>, plugins: PluginReferences): Placement {
  for (const { type, id } of plugins(plugin)) for (const key of carriedKey(type, id)) references.add(key);
  const { route, service } = plugin;
  if (route !== null) return { home: null, parent: entityKey('routes', route.id), references: [...references] };
  if (service === null) return { home: EVERY_PLANE, parent: null, references: [...references] };
  const parent = entityKey('services', service.id);
  references.delete(parent);
  return { home: null, parent, references: [...references] };
}

function carriedKey(type: EntityType, id: string): readonly EntityKey[] {
  return isCarried(type) ? [entityKey(type, id)] : [];
}
