import type { ConfigurationDelta, EntityRef, PluginEntity } from '@gibbon/contracts/entities';
import type { ConfigurationTables } from './tables.ts';

/** What a delta makes necessary to compile again, by id. */
export interface Affected {
  readonly services: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
  /** Global plugins changed: the chain of requests without a route, too. */
  readonly globals: boolean;
}

/**
 * Finds what a delta touches. Needs the tables before the delta (for what a row used to refer to) and after it.
 * @param previousOf the row before the delta, or `null`.
 */
export function findAffected(delta: ConfigurationDelta, previousOf: PreviousRows, tables: ConfigurationTables): Affected {
  const services = new Set<string>();
  const routes = new Set<string>();
  let globals = false;

  const addRoutesOf = (serviceId: string): void => {
    for (const route of tables.children('routes', 'service', serviceId)) routes.add(route.id);
  };
  const addService = (id: string): void => {
    services.add(id);
    addRoutesOf(id);
  };
  const addPlugin = (plugin: PluginEntity): void => {
    if (plugin.route !== null) routes.add(plugin.route.id);
    else if (plugin.service !== null) addRoutesOf(plugin.service.id);
    else {
      globals = true;
      for (const route of tables.all('routes')) routes.add(route.id);
    }
  };

  for (const route of delta.routes?.upserted ?? []) routes.add(route.id);
  for (const service of delta.services?.upserted ?? []) addService(service.id);
  for (const id of delta.services?.deleted ?? []) addService(id);
  for (const plugin of [...(delta.plugins?.upserted ?? []), ...previousOf.plugins]) addPlugin(plugin);
  for (const name of changedUpstreamNames(delta, previousOf)) {
    for (const service of servicesOfHost(tables, name)) addService(service);
  }
  for (const id of changedCertificates(delta)) {
    for (const service of tables.all('services')) {
      if (refersTo(service.client_certificate, id) || service.ca_certificates?.includes(id) === true) addService(service.id);
    }
  }
  return { services, routes, globals };
}

/** Rows as they were before the delta, of the types whose old references matter. */
export interface PreviousRows {
  readonly plugins: readonly PluginEntity[];
  readonly upstreamNames: readonly string[];
}

/** Collects {@link PreviousRows}; call before the delta is applied. */
export function previousRows(delta: ConfigurationDelta, tables: ConfigurationTables): PreviousRows {
  const touched = (
    change: { readonly upserted: readonly { readonly id: string }[]; readonly deleted: readonly string[] } | undefined,
  ): string[] => (change === undefined ? [] : [...change.upserted.map(({ id }) => id), ...change.deleted]);
  return {
    plugins: touched(delta.plugins).flatMap((id) => tables.get('plugins', id) ?? []),
    upstreamNames: touched(delta.upstreams).flatMap((id) => tables.get('upstreams', id)?.name ?? []),
  };
}

/** Names of upstreams that came, went or changed. */
function changedUpstreamNames(delta: ConfigurationDelta, previousOf: PreviousRows): Set<string> {
  return new Set([...previousOf.upstreamNames, ...(delta.upstreams?.upserted.map(({ name }) => name) ?? [])]);
}

function* servicesOfHost(tables: ConfigurationTables, host: string): Generator<string> {
  for (const service of tables.filed('services', 'host', host)) yield service.id;
}

function changedCertificates(delta: ConfigurationDelta): string[] {
  return [delta.certificates, delta.ca_certificates].flatMap((change) =>
    change === undefined ? [] : [...change.upserted.map(({ id }) => id), ...change.deleted],
  );
}

function refersTo(reference: EntityRef | null, id: string): boolean {
  return reference !== null && reference.id === id;
}
