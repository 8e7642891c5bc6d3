import { afterEach } from 'vitest';
import type { PluginHandler } from '@gibbon/contracts/plugin';
import type { ProxySettings } from '../settings.ts';
import {
  get,
  parseResponse,
  sendRaw,
  snapshotOf,
  startGateway,
  type ParsedResponse,
  type RouteSpec,
  type SnapshotSpec,
  type TestGateway,
} from './gateway.ts';
import { httpUpstream, type HttpUpstream } from './upstream.ts';

const open: { close(): Promise<void> }[] = [];

/** Closes what {@link own} was given, last first. Call once at the top of a test file. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });
}

/** Closes a thing when the test ends, see {@link closeAfterEach}. */
export function own<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** A gateway with plugins before an upstream that answers `upstream`. */
export async function run(
  plugins: readonly PluginHandler[],
  route: RouteSpec = {},
  spec: Partial<SnapshotSpec> = {},
  settings: Partial<ProxySettings> = {},
): Promise<{ readonly gateway: TestGateway; readonly upstream: HttpUpstream }> {
  const upstream = own(
    await httpUpstream((response) => {
      response.writeHead(200, { 'Content-Length': '8', 'X-Upstream': 'u' });
      response.end('upstream');
    }),
  );
  const snapshot = snapshotOf({ routes: [{ port: upstream.port, plugins, ...route }], ...spec });
  return { gateway: own(await startGateway({ snapshot, settings })), upstream };
}

/** The answer to one request. */
export async function ask(gateway: TestGateway, request: string = get('/a?b=c')): Promise<ParsedResponse> {
  return parseResponse(await sendRaw(gateway.port, request));
}

/** Works in a later turn of the loop. */
export function later(work: () => void): Promise<void> {
  return new Promise<void>((resolve) => setImmediate(resolve)).then(work);
}
