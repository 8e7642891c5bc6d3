import type { PluginEntity, Protocol } from '../entities/index.ts';
import type { ConfigSchema, CreateContext, ModuleDefinition } from '../module/definition.ts';
import { defineModule } from '../module/definition.ts';
import type { ConfigProblem } from '../module/registry.ts';
import type { Dependencies } from '../module/token.ts';
import type { Exchange } from './exchange.ts';

/**
 * One configuration of a plugin, ready to run: precompute in `create`, run here.
 * All phases are optional. rewrite and access may return a promise; the pipeline awaits only then.
 * A phase that throws answers 500 (before the response) or is logged (after), and never ends the process.
 */
export interface PluginHandler {
  /** Before routing; only for global plugin entities. */
  rewrite?(exchange: Exchange): void | Promise<void>;
  /** After routing, before proxying. */
  access?(exchange: Exchange): void | Promise<void>;
  /** The response head is known and not sent. Synchronous. */
  headerFilter?(exchange: Exchange): void;
  /** For each piece of the response body, then once with `last`. @returns what to send instead; the piece itself to leave it. */
  bodyFilter?(exchange: Exchange, chunk: Uint8Array, last: boolean): Uint8Array;
  /** The response was sent, or the connection ended. */
  log?(exchange: Exchange): void;
}

/** Static facts of a plugin. */
export interface PluginTraits {
  /** Higher runs earlier. Kong's value for Kong's plugins. */
  readonly priority: number;
  /** Version shown by the Admin API. */
  readonly version: string;
  /** Protocols that its entities may have; default `['grpc', 'grpcs', 'http', 'https']`. */
  readonly protocols?: readonly Protocol[];
  /** References that its entities must leave `null`, e.g. `['consumer']` for authentication plugins. */
  readonly forbiddenScopes?: readonly ('route' | 'service' | 'consumer')[];
}

/** What a plugin author writes. */
export interface PluginSpecification<C, D extends Dependencies> extends PluginTraits {
  /** Kong's name, e.g. `key-auth`; the module id is `plugin.<name>`. */
  readonly name: string;
  readonly summary: string;
  readonly config: ConfigSchema<C>;
  /** What the schema cannot say, see `ModuleDefinition.check`. */
  check?(config: C): readonly ConfigProblem[];
  readonly requires?: D;
  create(context: PluginContext<C, D>): PluginHandler;
}

/** What a plugin's `create` receives. */
export interface PluginContext<C, D extends Dependencies> extends CreateContext<C, D> {
  /** The plugin entity whose configuration this is: what it applies to. Absent where a plugin runs without one, as in tests. */
  readonly entity?: PluginEntity;
}

/**
 * Declares a plugin.
 * @example
 * export default definePlugin({
 *   name: 'hello', priority: 10, version: '1.0.0', summary: 'Adds a greeting.',
 *   config: { type: 'object', properties: { to: { type: 'string', default: 'world', description: 'Whom to greet.' } } },
 *   create: ({ config }) => ({ headerFilter: (exchange) => exchange.responseHeaders.set('X-Hello', config.to) }),
 * });
 */
export function definePlugin<C, const D extends Dependencies = Record<never, never>>(
  specification: PluginSpecification<C, D>,
): ModuleDefinition<'plugin', C, D> {
  const { name, summary, config, check, requires, create, ...traits } = specification;
  return defineModule({
    kind: 'plugin',
    id: `plugin.${name}`,
    summary,
    config,
    ...(check !== undefined && { check }),
    requires: requires ?? ({} as D),
    traits,
    // Whoever makes plugins has plugin entities and no others.
    create: (context) => create(context as PluginContext<C, D>),
  });
}
