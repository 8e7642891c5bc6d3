import type { KubeObject } from '@gibbon/contracts/resource';
import { groupOf, versionOf } from '@gibbon/k8s-types';
import { annotationText, KONG_PREFIX } from './annotation.ts';
import { splitList } from './values.ts';

/** Key of the annotation with further tags. */
export const TAGS_KEY = `${KONG_PREFIX}/tags`;

/** Tags of what is configured for a Service that does not exist, as the reference controller writes them. */
export const UNKNOWN_SERVICE_TAGS: readonly string[] = Object.freeze([
  'k8s-name:UNKNOWN',
  'k8s-namespace:UNKNOWN',
  'k8s-kind:Service',
  'k8s-uid:00000000-0000-0000-0000-000000000000',
  'k8s-group:core',
  'k8s-version:v1',
]);

/**
 * Tags that lead from a Kong entity back to its object, then the object's own `konghq.com/tags`.
 * What an object does not have gives no tag.
 */
export function objectTags(object: KubeObject): readonly string[] {
  const { metadata, kind, apiVersion } = object;
  const identity: readonly (readonly [string, string | undefined])[] = [
    ['name', metadata.name],
    ['namespace', metadata.namespace],
    ['kind', kind],
    ['uid', metadata.uid],
    ['group', groupOf(apiVersion)],
    ['version', versionOf(apiVersion)],
  ];
  const tags = identity.filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => `k8s-${key}:${value}`);
  return [...tags, ...splitList(annotationText(object, TAGS_KEY) ?? '')];
}
