import { readCachedProjectGraph } from '@nx/devkit';
import nxBoundaries from '@nx/oxlint/boundaries-plugin';
import { isTestFile, type Rule } from '../rule.ts';
import { CONSTRAINTS, TEST_CONSTRAINTS } from './constraints.ts';

const nxRule = nxBoundaries.rules['enforce-module-boundaries'] as Required<Rule>;

const NO_GRAPH =
  'No project graph is stored, so boundaries cannot be checked: lint through Nx (`npx nx lint <project>`), or run `npx nx show projects` first.';

let graphIsThere: boolean | null = null;

/** Nx's rule skips silently when no graph is stored, which would let every violation pass. */
function hasProjectGraph(): boolean {
  if (graphIsThere === null) {
    try {
      graphIsThere = Object.keys(readCachedProjectGraph().nodes).length > 0;
    } catch {
      graphIsThere = false;
    }
  }
  return graphIsThere;
}

/**
 * Nx's `enforce-module-boundaries` with the table of `constraints.ts`; a missing project graph is an error.
 * @see https://nx.dev/docs/features/enforce-module-boundaries
 */
export const moduleBoundaries: Rule = {
  // Its own messages and fixes; not its options, which come from the table.
  meta: { ...nxRule.meta, schema: [] },
  create(context) {
    if (!hasProjectGraph()) {
      return {
        Program: (node) => context.report({ node, message: NO_GRAPH }),
      };
    }
    const depConstraints = isTestFile(context.filename) ? TEST_CONSTRAINTS : CONSTRAINTS;
    return nxRule.create(Object.create(context, { options: { value: [{ depConstraints }] } }));
  },
};
