import type { TrackedRead } from '@gibbon/contracts/translator';

/** The CustomResourceDefinition that stands for all of the Gateway API: they come as one bundle. */
export const BUNDLE_DEFINITION = 'gatewayclasses.gateway.networking.k8s.io';

/** On CustomResourceDefinitions of the Gateway API: the release that they are of, e.g. `v1.7.0`. */
export const BUNDLE_VERSION_ANNOTATION = 'gateway.networking.k8s.io/bundle-version';

/** Release of the Gateway API in the cluster, or `null` where that is not known. */
export function bundleVersion(read: TrackedRead): string | null {
  const definition = read.get('CustomResourceDefinition', '', BUNDLE_DEFINITION);
  return definition?.metadata.annotations?.[BUNDLE_VERSION_ANNOTATION] ?? null;
}
