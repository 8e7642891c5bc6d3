import type { Exchange, PluginHandler } from '@gibbon/contracts/plugin';
import type { Logger } from '@gibbon/contracts/services';
import {
  BODY_LIMIT_BYTES,
  bodyFormatOf,
  bytesToByteString,
  escapePath,
  ExchangeTemplateSource,
  type BodyFormat,
  type TemplateSource,
} from '@gibbon/pdk';
import { editArguments, mergeForm } from './arguments.ts';
import { editBody } from './body.ts';
import { editHeaders } from './headers.ts';
import { compileOperations, compileValue, type CompiledOperations, type Operations } from './operations.ts';
import type { RequestTransformerConfig } from './options.ts';

/** Methods for which a form moves from the body to the query. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'TRACE']);

/** Changes requests: path, method, header fields, body, query, in this order. */
export class RequestTransformer implements PluginHandler {
  readonly #logger: Logger;
  readonly #uri: ((source: TemplateSource) => string) | null;
  readonly #method: string | null;
  readonly #headers: CompiledOperations | null;
  readonly #body: CompiledOperations | null;
  readonly #query: CompiledOperations | null;

  constructor(config: RequestTransformerConfig, logger: Logger) {
    this.#logger = logger;
    this.#uri = config.replace.uri === null ? null : compileValue(config.replace.uri);
    this.#method = config.http_method;
    this.#headers = compileOperations(config, 'headers');
    this.#body = compileOperations(config, 'body');
    this.#query = compileOperations(config, 'querystring');
  }

  access(exchange: Exchange): void | Promise<void> {
    // All values are made first: templates see the request as it came, not half changed.
    const source = new ExchangeTemplateSource(exchange);
    const path = this.#uri?.(source) ?? '';
    const headers = this.#headers?.(source) ?? null;
    const body = this.#body?.(source) ?? null;
    const query = this.#query?.(source) ?? null;

    const contentType = exchange.requestHeaders.get('content-type');
    if (path !== '') exchange.upstreamPath = escapePath(path.startsWith('/') ? path : `/${path}`);
    if (this.#method !== null) exchange.upstreamMethod = this.#method;
    const mergesForm = this.#method !== null && WITHOUT_BODY.has(this.#method) && bodyFormatOf(contentType) === 'form';
    if (headers !== null) editHeaders(exchange, headers);
    // The type may have been edited just now, and it is the one that the upstream gets.
    const editedType = exchange.requestHeaders.get('content-type');
    const format = body === null ? null : bodyFormatOf(editedType);
    if (!mergesForm && format === null) return editQuery(exchange, query);
    return this.#editWithBody(exchange, { mergesForm, format, contentType: editedType ?? '', body, query });
  }

  async #editWithBody(exchange: Exchange, edit: BodyEdit): Promise<void> {
    const content = await exchange.readBody(BODY_LIMIT_BYTES);
    if (content === null) {
      this.#logger.warn(
        { route: exchange.route?.name ?? null, limitBytes: BODY_LIMIT_BYTES },
        'body too large to transform, left as it is',
      );
    } else {
      if (edit.mergesForm) exchange.upstreamQuery = mergeForm(exchange.upstreamQuery, bytesToByteString(content));
      const edited = edit.format === null || edit.body === null ? null : editBody(content, edit.format, edit.contentType, edit.body);
      if (edited !== null) exchange.setRequestBody(edited);
    }
    editQuery(exchange, edit.query);
  }
}

interface BodyEdit {
  readonly mergesForm: boolean;
  readonly format: BodyFormat | null;
  readonly contentType: string;
  readonly body: Operations | null;
  readonly query: Operations | null;
}

function editQuery(exchange: Exchange, operations: Operations | null): void {
  if (operations !== null) exchange.upstreamQuery = editArguments(exchange.upstreamQuery, operations);
}
