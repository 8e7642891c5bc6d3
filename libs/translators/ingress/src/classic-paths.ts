import type { PlannedPath } from './route-plan.ts';

/** What marks a path as a regular expression unless an Ingress says otherwise. */
export const DEFAULT_REGEX_PREFIX = '/~';

/**
 * Paths of a classic route for one path of an Ingress, in the order of the reference controller.
 * @param regexPrefix what marks a regular expression; Kong's own mark is `~`.
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
export function classicPaths({ path, type }: PlannedPath, regexPrefix: string): readonly string[] {
  return pathsOfType(path, type).map((produced) =>
    produced.startsWith(regexPrefix) ? `~${produced.slice(regexPrefix.length)}` : produced,
  );
}

function pathsOfType(path: string, type: PlannedPath['type']): readonly string[] {
  switch (type) {
    case 'Prefix': {
      const base = path.replaceAll(/^\/+|\/+$/g, '');
      return base === '' ? ['/'] : [`/${base}/`, `~/${base}$`];
    }
    case 'Exact':
      return [`~/${path.replace(/^\/+/, '')}$`];
    case 'ImplementationSpecific':
      return [path];
  }
}
