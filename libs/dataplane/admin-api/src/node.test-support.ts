import type { UpstreamHealth } from '@gibbon/dataplane-upstream';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Configuration } from '@gibbon/contracts/entities';
import type { Logger } from '@gibbon/contracts/services';
import {
  admitDelta,
  ANY_PLUGIN,
  applyDelta,
  EMPTY_HASH,
  emptyConfiguration,
  parseDeclarative,
  textHash,
  type DeclarativeProblem,
} from '@gibbon/model';
import { testEntities } from '@gibbon/testing-contract-kits';
import type {
  AdminContext,
  ApplyOptions,
  ApplyResult,
  DeclarativeDocument,
  DeltaDocument,
  NodeInfo,
  Readiness,
  ServingConfiguration,
  StaleBase,
} from './context.ts';
import type { AdminServer } from './http/admin-server.ts';

/** A node that checks documents for real and serves no traffic. */
export class TestNode implements AdminContext {
  readonly node: NodeInfo = {
    id: 'b5a2a2a2-1111-4222-8333-444455556666',
    hostname: 'test-host',
    kongVersion: '3.9.1',
    gibbonVersion: '0.1.0',
    routerFlavor: 'traditional_compatible',
    pid: 7,
    proxyListeners: [
      { ip: '127.0.0.1', port: 8000, ssl: false, http2: false },
      { ip: '::1', port: 8443, ssl: true, http2: true },
    ],
    adminListeners: [],
    statusListeners: [],
  };
  serving: ServingConfiguration = { configuration: emptyConfiguration(), hash: EMPTY_HASH, loadedAt: 0 };
  ready: Readiness = { ready: false, reason: 'no-configuration' };
  health: UpstreamHealth | null = null;
  text: string | null = '# HELP kong_up 1\n';
  /** Answers instead of loading, when set. */
  refuse: ApplyResult | (() => never) | null = null;

  plugins() {
    return [{ name: 'key-auth', version: '3.9.1', priority: 1250 }];
  }

  configuration(): ServingConfiguration {
    return this.serving;
  }

  async applyDeclarative(document: DeclarativeDocument, { leaveOut }: ApplyOptions): Promise<ApplyResult> {
    if (typeof this.refuse === 'function') this.refuse();
    else if (this.refuse !== null) return this.refuse;
    const parsed = parseDeclarative(document.source, { plugins: ANY_PLUGIN, ...(document.text !== null && { text: document.text }) });
    if (parsed.ok) return this.#serve(parsed.configuration, parsed.hash, []);
    return leaveOut ? this.#serve(parsed.valid, 'f'.repeat(32), parsed.errors) : { outcome: 'invalid', errors: parsed.errors };
  }

  async applyDelta({ baseHash, delta, text }: DeltaDocument, { leaveOut }: ApplyOptions): Promise<ApplyResult | StaleBase> {
    if (this.serving.hash !== baseHash) return { outcome: 'stale', hash: this.serving.hash };
    const base = testEntities(this.serving.configuration);
    const admitted = admitDelta(delta, { base, leaveOut });
    if (!admitted.ok) return { outcome: 'invalid', errors: admitted.errors };
    return this.#serve(applyDelta(this.serving.configuration, admitted.delta), textHash(text), admitted.leftOut);
  }

  #serve(configuration: Configuration, hash: string, leftOut: readonly DeclarativeProblem[]): ApplyResult {
    this.serving = { configuration, hash, loadedAt: 1_700_000_000 };
    return { outcome: 'applied', hash, leftOut };
  }

  upstreamHealth(): UpstreamHealth | null {
    return this.health;
  }

  readiness(): Readiness {
    return this.ready;
  }

  statistics() {
    return {
      connectionsActive: 3,
      connectionsReading: 0,
      connectionsWriting: 1,
      connectionsWaiting: 2,
      connectionsAccepted: 10,
      connectionsHandled: 10,
      totalRequests: 42,
      workers: [{ pid: 8, heapBytes: 3 * 1024 * 1024 }],
      sharedMemory: { counters: { capacityBytes: 2048, usedBytes: 1024 } },
    };
  }

  metrics(): string | null {
    return this.text;
  }
}

/** A log that keeps what was written at level error. */
export function testLog(errors: unknown[] = []): Logger {
  const ignore = (): void => {};
  const log: Logger = {
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (...line: unknown[]) => errors.push(line),
    fatal: ignore,
    isLevelEnabled: () => true,
    child: () => log,
  };
  return log;
}

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  json(): any;
}

/** What to ask; `headers` may repeat a name in a flat list. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
  readonly body?: string | Uint8Array;
}

/** Sends one request to a server's first address over a socket of its own. */
export function ask(server: AdminServer, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const { host, port } = server.addresses[0] ?? { host: '', port: 0 };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host, port, path, method, headers: headers as Record<string, string>, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
