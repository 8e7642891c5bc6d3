import type { ServerResponse } from 'node:http';
import type { ServedKind } from './kinds.ts';
import type { StoreEvent } from './object-store.ts';
import { projected } from './representation.ts';
import type { Selector } from './selectors.ts';
import type { ApiFailure, Json, StoredObject } from './stored-object.ts';

/** What a watch shows. */
export interface WatchScope {
  readonly kind: ServedKind;
  readonly namespace: string;
  readonly selects: Selector;
  readonly metadataOnly: boolean;
  readonly bookmarks: boolean;
}

/** One open watch. */
export class WatchStream {
  readonly scope: WatchScope;
  readonly #response: ServerResponse;
  #stalled = false;
  #pending: string[] = [];

  constructor(scope: WatchScope, response: ServerResponse) {
    this.scope = scope;
    this.#response = response;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  }

  /** Whether anything can still be shown. */
  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Shows an event, as what it means within the scope: an object that the selector lets go was deleted. */
  show({ type, object, previous }: StoreEvent): void {
    const { namespace, selects } = this.scope;
    if (namespace !== '' && object.metadata.namespace !== namespace) return;
    const was = previous !== null && selects(previous);
    const is = type !== 'DELETED' && selects(object);
    if (is) this.#write(was ? 'MODIFIED' : 'ADDED', this.#represent(object));
    else if (was)
      this.#write(
        'DELETED',
        this.#represent(
          type === 'DELETED'
            ? object
            : { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion } },
        ),
      );
  }

  /** Shows an object that exists. */
  add(object: StoredObject): void {
    this.#write('ADDED', this.#represent(object));
  }

  /** Says how far the watch has got. */
  bookmark(version: number): void {
    if (!this.scope.bookmarks) return;
    const { kind } = this.scope;
    const object = { kind: kind.kind, apiVersion: kind.group === '' ? 'v1' : `${kind.group}/${kind.versions[0]}` };
    this.#write('BOOKMARK', { ...object, metadata: { resourceVersion: String(version), creationTimestamp: null } });
  }

  /** Ends with an error event. */
  fail(failure: ApiFailure): void {
    this.#write('ERROR', failure.toStatus());
    this.end();
  }

  /** Ends as at its time limit. */
  end(): void {
    this.#response.end();
  }

  /** Breaks the connection. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }

  /** Keeps the connection but says nothing, as a dead network does, until `resume`. */
  stall(): void {
    this.#stalled = true;
  }

  resume(): void {
    this.#stalled = false;
    for (const line of this.#pending) this.writePart(line);
    this.#pending = [];
  }

  /** Writes half a line, for what comes after to be cut off. */
  writePart(text: string): void {
    if (this.open) this.#response.write(text);
  }

  #represent(object: StoredObject): Json {
    return projected(object, this.scope.metadataOnly);
  }

  #write(type: string, object: Json): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    if (this.#stalled) this.#pending.push(line);
    else this.writePart(line);
  }
}
