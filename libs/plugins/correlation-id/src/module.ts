import { definePlugin, type Exchange, type PluginHandler } from '@gibbon/contracts/plugin';
import { CLOCK, RANDOM } from '@gibbon/contracts/services';
import { logValues, PLUGIN_VERSION, setLogValue } from '@gibbon/pdk';
import { schema, Type } from '@gibbon/schema';
import { createGenerator, GENERATOR_NAMES, type Generator } from './generators.ts';

const LOG_KEY = 'correlation_id';

const config = schema(
  Type.Object({
    header_name: Type.String({ default: 'Kong-Request-ID', format: 'header-name', description: 'Header field that carries the id.' }),
    generator: Type.Enum(GENERATOR_NAMES, {
      default: 'uuid#counter',
      description: 'How ids are made: a UUID each, one UUID and a running number, or address, process, connection and time.',
    }),
    echo_downstream: Type.Boolean({ default: false, description: 'Whether the response carries the id too.' }),
  }),
);

/**
 * Gives each request an id in a header field, unless the client brought one.
 * @see https://developer.konghq.com/plugins/correlation-id/
 */
export default definePlugin({
  name: 'correlation-id',
  summary: 'Gives each request an id that upstreams, logs and clients can refer to.',
  priority: 100_001,
  version: PLUGIN_VERSION,
  config,
  requires: { clock: CLOCK, random: RANDOM },
  create: ({ config, deps }) => new CorrelationId(config.header_name, createGenerator(config.generator, deps), config.echo_downstream),
});

class CorrelationId implements PluginHandler {
  readonly #name: string;
  readonly #lowerName: string;
  readonly #generate: Generator;
  /** Absent when nothing is echoed, so that the proxy skips the phase. */
  readonly headerFilter?: (exchange: Exchange) => void;

  constructor(name: string, generate: Generator, echo: boolean) {
    this.#name = name;
    this.#lowerName = name.toLowerCase();
    this.#generate = generate;
    if (echo) this.headerFilter = (exchange) => this.#echo(exchange);
  }

  access(exchange: Exchange): void {
    let id = exchange.requestHeaders.get(this.#lowerName);
    if (id === null || id === '') {
      id = this.#generate(exchange);
      exchange.requestHeaders.set(this.#name, id);
    }
    setLogValue(exchange, LOG_KEY, id);
  }

  /** The request's field may have been removed since; without an access phase there was nobody to set it. */
  #echo(exchange: Exchange): void {
    const id = (logValues(exchange).get(LOG_KEY) as string | undefined) ?? exchange.requestHeaders.get(this.#lowerName);
    exchange.responseHeaders.set(this.#name, id === null || id === '' ? this.#generate(exchange) : id);
  }
}
