import type { AdminContext } from '../context.ts';
import { message, type AdminResponse } from '../http/message.ts';

/** `GET /metrics` in Prometheus's text format; 404 on a node that serves none. */
export async function metrics(context: AdminContext): Promise<AdminResponse> {
  const text = await context.metrics();
  return text === null ? message(404, 'Not found') : { status: 200, body: text, type: 'text/plain; charset=UTF-8' };
}
