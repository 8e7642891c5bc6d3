import { ask, GatewayProcess, type Answer } from '@gibbon/testing-fixtures/process';

/** A UUID by number. */
export const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A listener entity. */
export function listener(port: number, protocol: 'http' | 'https' = 'http'): Readonly<Record<string, unknown>> {
  return { id: id(10_000 + port), name: `${protocol}-${port}`, protocol, host: '127.0.0.1', port };
}

/** A proxy process that is configured by its Admin API, as a controller does it. */
export class ManagedProxy {
  readonly process: GatewayProcess;

  private constructor(process: GatewayProcess) {
    this.process = process;
  }

  static async start(args: readonly string[], statusPort = 0): Promise<ManagedProxy> {
    const own = ['--admin-listen', '127.0.0.1:0', '--status-listen', `127.0.0.1:${statusPort}`, '--log-level', 'debug'];
    return new ManagedProxy(await GatewayProcess.start(['proxy', ...own, ...args]));
  }

  /** Posts a whole configuration. */
  post(document: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.admin('POST', '/config?check_hash=1&flatten_errors=1&leave_out_invalid=1', { _format_version: '3.0', ...document });
  }

  /** Sends a difference to what serves. */
  async patch(delta: Readonly<Record<string, unknown>>): Promise<Answer> {
    return this.admin('PATCH', '/config?leave_out_invalid=1', { base_hash: await this.hash(), delta });
  }

  async hash(): Promise<string> {
    const { body } = await this.admin('GET', '/status');
    return (JSON.parse(body) as { readonly configuration_hash: string }).configuration_hash;
  }

  async admin(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json', prefer: 'return=minimal' };
    const port = await this.process.port('admin');
    return ask({ port, method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  /** Status and message of the readiness probe. */
  async readiness(): Promise<readonly [number, string]> {
    const { status, body } = await ask({ port: await this.process.port('status'), path: '/status/ready' });
    return [status, (JSON.parse(body) as { readonly message: string }).message];
  }

  /** Ends it in order. @returns its exit code. */
  stop(): Promise<number | string> {
    return this.process.stop();
  }
}
