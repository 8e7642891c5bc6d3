import type { EntityType } from '@gibbon/contracts/entities';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { EntityDraft, TrackedRead, TranslationOutput, Translator, Unit } from '@gibbon/contracts/translator';
import { refOf } from '@gibbon/k8s-types';

/** A route to a backend, with plugins by name: an Ingress in miniature. */
export interface Web extends KubeObject {
  readonly backend: string;
  readonly plugins: readonly string[];
  /** Name of the Kong route; several objects may want the same. */
  readonly route: string;
}
/** An endpoint of a backend: an EndpointSlice in miniature. */
export interface Endpoint extends KubeObject {
  readonly backend: string;
  readonly address: string;
}
/** A plugin: a KongPlugin in miniature. */
export interface Add extends KubeObject {
  readonly plugin: string;
}

const meta = (name: string, created?: string): KubeObject['metadata'] => ({
  namespace: 'ns',
  name,
  ...(created === undefined ? {} : { creationTimestamp: created }),
});
export const web = (
  name: string,
  backend: string,
  options: { readonly plugins?: readonly string[]; readonly route?: string; readonly created?: string } = {},
): Web => ({
  apiVersion: 'test/v1',
  kind: 'Web',
  metadata: meta(name, options.created),
  backend,
  plugins: options.plugins ?? [],
  route: options.route ?? name,
});
export const endpoint = (name: string, backend: string, address: string): Endpoint => ({
  apiVersion: 'test/v1',
  kind: 'Endpoint',
  metadata: meta(name),
  backend,
  address,
});
export const add = (name: string, plugin: string): Add => ({ apiVersion: 'test/v1', kind: 'Add', metadata: meta(name), plugin });

const entity = (type: EntityType, owner: KubeObject, fields: object): EntityDraft =>
  ({ type, owner: refOf(owner), entity: { tags: null, created_at: null, updated_at: null, ...fields } }) as unknown as EntityDraft;

/** Webs and their plugins; what they route to is a derived unit of {@link MiniatureBackends}. */
export class MiniatureWebs implements Translator {
  readonly objects = ['Web'];
  readonly derived = [];
  readonly indexes = [];
  translations = 0;

  translate(unit: Unit, read: TrackedRead): TranslationOutput {
    this.translations++;
    const object = unit.object as Web;
    read.include(`backend:${object.backend}`);
    const plugins = object.plugins.map((name) => ({ name, found: read.get<Add>('Add', 'ns', name) }));
    return {
      entities: [
        entity('routes', object, { id: `route-${object.metadata.name}`, name: object.route, service: { id: `service-${object.backend}` } }),
        ...plugins.flatMap(({ found }) =>
          found === null
            ? []
            : [
                entity('plugins', object, {
                  id: `plugin-${found.plugin}-${object.metadata.name}`,
                  name: found.plugin,
                  instance_name: null,
                  route: { id: `route-${object.metadata.name}` },
                  service: null,
                  consumer: null,
                  config: {},
                }),
              ],
        ),
      ],
      failures: plugins.flatMap(({ name, found }) =>
        found === null ? [{ refs: [refOf(object)], field: 'plugins', reason: 'PluginMissing', message: `there is no Add ns/${name}` }] : [],
      ),
    };
  }
}

/** Service, upstream and targets of one backend; without endpoints there is no service. */
export class MiniatureBackends implements Translator {
  readonly objects = [];
  readonly derived = ['backend'];
  readonly indexes = [{ name: 'endpoints-by-backend', kind: 'Endpoint', values: (object: KubeObject) => [(object as Endpoint).backend] }];
  translations = 0;

  translate(unit: Unit, read: TrackedRead): TranslationOutput {
    this.translations++;
    const endpoints = read.index<Endpoint>('endpoints-by-backend', unit.id);
    const [first] = endpoints;
    if (first === undefined) return { entities: [], failures: [] };
    return {
      failures: [],
      entities: [
        entity('services', first, { id: `service-${unit.id}`, name: unit.id, host: unit.id, client_certificate: null }),
        entity('upstreams', first, { id: `upstream-${unit.id}`, name: unit.id, client_certificate: null }),
        ...endpoints.map((each) =>
          entity('targets', each, { id: `target-${each.metadata.name}`, upstream: { id: `upstream-${unit.id}` }, target: each.address }),
        ),
      ],
    };
  }
}
