import { apiVersionOf, type ServedKind } from './kinds.ts';
import type { Page } from './list-pages.ts';
import type { Json, StoredObject } from './stored-object.ts';

const PARTIAL = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };

/** An object as one request shows it. */
export function projected(object: StoredObject, metadataOnly: boolean): Json {
  return metadataOnly ? { ...PARTIAL, metadata: object.metadata } : object;
}

/** A list. Items of built-in kinds lack apiVersion and kind, as a real server's do. */
export function listOf(kind: ServedKind, version: string, page: Page, metadataOnly: boolean): Json {
  if (metadataOnly) {
    const items = page.items.map((object) => projected(object, true));
    return { kind: 'PartialObjectMetadataList', apiVersion: PARTIAL.apiVersion, metadata: page.metadata, items };
  }
  const items = kind.custom ? page.items : page.items.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind.group, version), metadata: page.metadata, items };
}

/** Documents of discovery: `/api`, `/apis`, `/api/v1`, `/apis/<group>/<version>`; `null` where nothing is served. */
export function discoveryOf(kinds: readonly ServedKind[], path: string, group: string, version: string): Json | null {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(kinds) };
  const served = kinds.filter((kind) => kind.group === group && kind.versions.includes(version));
  if (served.length === 0) return null;
  const resources = served.flatMap((kind) => {
    const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
    const base = { singularName: kind.kind.toLowerCase(), namespaced: kind.namespaced, kind: kind.kind };
    return [
      { name: kind.plural, ...base, verbs },
      ...(kind.status ? [{ name: `${kind.plural}/status`, ...base, verbs: ['get', 'patch', 'update'] }] : []),
    ];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(group, version), resources };
}

function groupsOf(kinds: readonly ServedKind[]): readonly Json[] {
  const names = new Set(kinds.map(({ group }) => group).filter((group) => group !== ''));
  return [...names].map((name) => {
    const versions = new Set(kinds.filter(({ group }) => group === name).flatMap((kind) => kind.versions));
    const listed = [...versions].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: listed, preferredVersion: listed[0] };
  });
}
