import { FakeClock, TimerWheel } from '@gibbon/time';
import { ClientConnection, type ConnectionOwner } from '../client-connection.ts';
import type { ClientFailure, ResponseHandler } from '../response-handler.ts';
import { ResponseHead } from '../response-head.ts';
import { MemoryTransport, type MemoryConnection } from './memory-connection.ts';

/** A client connection in memory whose handler notes everything. The request is sent by the test. */
export class RecordingClient implements ResponseHandler, ConnectionOwner {
  readonly clock = new FakeClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly transport = new MemoryTransport();
  readonly connection = new ClientConnection(this.wheel, this);
  readonly response = new ResponseHead();
  readonly events: string[] = [];
  status = 0;
  body = '';
  trailers: readonly string[] = [];
  failure: ClientFailure | null = null;
  tunnelled = '';

  constructor() {
    this.connection.connect(this.transport, { host: '192.0.2.1', port: 80, tls: null, timeoutMs: 5000 });
    this.begin();
  }

  get peer(): MemoryConnection {
    return this.transport.connections[0] as MemoryConnection;
  }

  /** Starts an exchange. */
  begin(): void {
    this.status = 0;
    this.body = '';
    this.connection.begin(this, this.response, { readMs: 10_000, writeMs: 20_000 });
  }

  /** Sends a request without a body. */
  send(method = 'GET', upgrade = false): void {
    this.connection.sendHead(`${method} / HTTP/1.1\r\n\r\n`, method, upgrade, false);
    this.connection.sendEnd('');
  }

  onConnected(): void {
    this.events.push('connected');
  }
  onResponse(text: string | null): void {
    this.status = this.response.status;
    this.body = text ?? '';
    this.events.push(text === null ? 'head' : 'whole');
  }
  onBodyData(bytes: Buffer, start: number, end: number): void {
    this.body += bytes.toString('latin1', start, end);
  }
  onResponseEnd(): void {
    this.trailers = this.connection.responseTrailers?.toList() ?? [];
    this.events.push('end');
  }
  onResponseFlush(): void {
    this.events.push('flush');
  }
  onServerWritable(): void {
    this.events.push('writable');
  }
  onFailure(failure: ClientFailure): void {
    this.failure = failure;
    this.events.push(failure);
  }
  onUpgrade(): void {
    this.events.push('upgrade');
  }
  onServerTunnelData(bytes: Buffer, start: number, end: number): void {
    this.tunnelled += bytes.toString('latin1', start, end);
  }
  onServerTunnelEnd(): void {
    this.events.push('tunnel end');
  }
  onServerTunnelClosed(): void {
    this.events.push('tunnel closed');
  }
  onIdle(): void {
    this.events.push('idle');
  }
  onGone(): void {
    this.events.push('gone');
  }
}
