import { buildRouter, updateRouter, type Router, type RouterSettings } from '@gibbon/dataplane-router';
import type { CompiledRoute } from '../snapshot.ts';
import type { RouteEntry, RouteIndex } from './compiler.ts';
import type { CompileProblem } from './plugins.ts';

/** The {@link RouteIndex} on the indexed router. */
export class RouterIndex implements RouteIndex {
  #router: Router<CompiledRoute>;

  constructor(settings: RouterSettings = {}) {
    this.#router = buildRouter<CompiledRoute>([], settings);
  }

  update(removedIds: readonly string[], added: readonly RouteEntry[], problems: CompileProblem[]): Router<CompiledRoute> {
    if (removedIds.length > 0 || added.length > 0) this.#router = updateRouter(this.#router, { removedIds, added });
    if (added.length > 0 && this.#router.problems.length > 0) {
      const fresh = new Set(added.map(({ route }) => route.id));
      for (const { id, field, message } of this.#router.problems) if (fresh.has(id)) problems.push({ type: 'routes', id, field, message });
    }
    return this.#router;
  }
}
