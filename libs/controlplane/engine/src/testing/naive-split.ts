import type { Entity, EntityType } from '@gibbon/contracts/entities';
import { SHARED_PLANE, type PlaneName } from '@gibbon/contracts/translator';
import { referencesOf } from '../assembly/entity-rules.ts';
import type { PlacedEntity } from '../planes/placed-entity.ts';
import type { PluginReferences } from '../planes/placement.ts';

/** An entity that is there. */
export type Present = PlacedEntity & { readonly entity: Entity };

type Fields = Readonly<Record<string, unknown>> & { readonly id: string };
const EVERYWHERE = Symbol('every plane');

/**
 * The rules of planes once more, from scratch and without counting: for each plane, keys of what is part of it.
 * Planes other than the shared one are those to which something belongs.
 */
export function splitNaively(all: readonly Present[], plugins: PluginReferences): ReadonlyMap<PlaneName, readonly string[]> {
  const follow = links(all, plugins);
  const homes = new Map(all.map((each) => [each.key, homeOf(each)]));
  const reached = (isRoot: (each: Present) => boolean): Set<string> => {
    const keys = new Set<string>(all.filter(isRoot).map(({ key }) => key));
    for (const key of keys) for (const next of follow.get(key) ?? []) keys.add(next);
    return keys;
  };
  const names = new Set([SHARED_PLANE, ...[...homes.values()].filter((home) => typeof home === 'string')]);
  const planes = new Map<PlaneName, Set<string>>();
  for (const name of names)
    planes.set(
      name,
      reached(({ key }) => homes.get(key) === name || homes.get(key) === EVERYWHERE),
    );
  const claimed = new Set([...planes.values()].flatMap((keys) => [...keys]));
  const shared = reached(({ key }) => homes.get(key) === SHARED_PLANE || homes.get(key) === EVERYWHERE || !claimed.has(key));
  planes.set(SHARED_PLANE, shared);
  return new Map([...planes].map(([name, keys]) => [name, all.filter(({ key }) => keys.has(key)).map(({ key }) => key as string)]));
}

function homeOf({ type, plane, entity }: Present): PlaneName | typeof EVERYWHERE | null {
  const { route, service } = entity as unknown as Fields;
  const follows: readonly EntityType[] = ['services', 'upstreams', 'targets', 'certificates', 'ca_certificates'];
  if (type === 'routes' || type === 'snis' || type === 'listeners') return plane;
  if (follows.includes(type)) return null;
  return type === 'plugins' && (route !== null || service !== null) ? null : EVERYWHERE;
}

/** From each entity to what has to be where it is. */
function links(all: readonly Present[], plugins: PluginReferences): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const link = (from: string, to: string): void => void found.getOrInsertComputed(from, () => []).push(to);
  const upstreams = new Map(
    all.filter(({ type }) => type === 'upstreams').map(({ key, entity }) => [(entity as unknown as Fields)['name'], key]),
  );
  for (const each of all) {
    const { key, type, entity } = each;
    const fields = entity as unknown as Fields;
    const references = referencesOf(type, entity).filter((reference) => reference.type !== 'consumers');
    if (type === 'targets') link(`upstreams/${(fields['upstream'] as Fields).id}`, key);
    else if (type !== 'plugins') for (const reference of references) link(key, `${reference.type}/${reference.id}`);
    if (type === 'plugins') linkPlugin(each, plugins, link);
    if (type !== 'services') continue;
    const upstream = upstreams.get(fields['host']);
    if (upstream !== undefined) link(key, upstream);
    for (const id of (fields['ca_certificates'] ?? []) as readonly string[]) link(key, `ca_certificates/${id}`);
  }
  return found;
}

function linkPlugin({ key, entity }: Present, plugins: PluginReferences, link: (from: string, to: string) => void): void {
  const { route, service } = entity as unknown as { readonly route: Fields | null; readonly service: Fields | null };
  if (route !== null) link(`routes/${route.id}`, key);
  else if (service !== null) link(`services/${service.id}`, key);
  if (service !== null) link(key, `services/${service.id}`);
  for (const { type, id } of plugins(entity as never)) link(key, `${type}/${id}`);
}
