import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to ask. */
export interface Ask {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** HTTPS with this server name; the certificate is not verified. */
  readonly tlsName?: string;
  readonly agent?: Agent;
}

/** One request to loopback. */
export function ask({ port, path, method = 'GET', headers = {}, body, tlsName, agent }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, ...(agent && { agent }) };
    const request =
      tlsName === undefined ? httpRequest(options) : httpsRequest({ ...options, servername: tlsName, rejectUnauthorized: false });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    request.end(body);
  });
}

/** Asks again until the answer satisfies, at most `attempts` times; each attempt waits for an answer, none for a clock. */
export async function askUntil(question: Ask, satisfies: (answer: Answer) => boolean, attempts = 2000): Promise<Answer> {
  let last: Answer | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    last = await ask(question);
    if (satisfies(last)) return last;
  }
  throw new Error(`never satisfied; the last answer was ${last?.status} ${last?.body}`);
}
