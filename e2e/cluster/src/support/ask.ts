import { request, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, TLSSocket } from 'node:tls';
import type { Testbed } from '@gibbon/testbed';

/** A request through a proxy, from outside by a connection into the testbed. */
export interface Question {
  /** Of a load balancer, Service or pod. */
  readonly address: string;
  /** Default 80, or 443 with TLS. */
  readonly port?: number;
  readonly host: string;
  /** Default `/`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** By HTTPS, `host` being the server name; the certificate is not verified. */
  readonly tls?: boolean;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The pod that answered, where it was one of the echo servers. */
  readonly pod: string | null;
  /** Names in the certificate that the server has shown, e.g. `DNS:shop.test`; `null` without TLS. */
  readonly certificate: string | null;
}

const TIMEOUT_MS = 5000;

/** One request on a connection of its own. @throws Error where nobody listens or answers. */
export async function ask(testbed: Testbed, question: Question): Promise<Answer> {
  const { address, tls = false, port = tls ? 443 : 80, host, path = '/', headers = {} } = question;
  const plain = (await testbed.dial(address, port)) as Socket;
  const socket = tls ? connect({ socket: plain, servername: host, rejectUnauthorized: false }) : plain;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request({ path, createConnection: () => socket, headers: { ...headers, host, connection: 'close' } }, (response) => {
    text(response).then((body) => {
      const certificate = socket instanceof TLSSocket ? (socket.getPeerCertificate().subjectaltname ?? '') : null;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body, pod: podOf(body), certificate });
    }, reject);
  });
  sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`no answer from ${address}:${port} within ${TIMEOUT_MS} ms`)));
  sent.on('error', reject);
  sent.end();
  try {
    return await promise;
  } finally {
    plain.destroy();
  }
}

/** The status of the answer, or why there is none: for polls. */
export async function statusOf(testbed: Testbed, question: Question): Promise<number | string> {
  try {
    return (await ask(testbed, question)).status;
  } catch (error) {
    return (error as Error).message;
  }
}

function podOf(body: string): string | null {
  try {
    return (JSON.parse(body) as { readonly pod?: string }).pod ?? null;
  } catch {
    return null;
  }
}
