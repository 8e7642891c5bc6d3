import type { Service, ServicePort } from '@gibbon/k8s-types';
import { IMPLICIT_PORT } from './names.ts';

/** The port of a Service that a backend means, or why there is none. */
export type ResolvedPort =
  /** `port` is `null` for Services of type ExternalName, which take any number. */
  { readonly ok: true; readonly number: number; readonly port: ServicePort | null } | { readonly ok: false; readonly problem: string };

/**
 * Finds the port of a Service by its text: a number, a name, or {@link IMPLICIT_PORT} for the only one.
 * A name may also be that of a container port, as the reference controller allows.
 */
export function resolveServicePort(service: Service, text: string): ResolvedPort {
  const ports = service.spec?.ports ?? [];
  const number = /^\d+$/.test(text) ? Number(text) : null;
  if (service.spec?.type === 'ExternalName') {
    if (number !== null) return { ok: true, number, port: null };
    return { ok: false, problem: 'rules with an ExternalName service must specify numeric ports' };
  }
  if (text === IMPLICIT_PORT) {
    const only = ports[0];
    if (only !== undefined && ports.length === 1) return { ok: true, number: only.port, port: only };
    return { ok: false, problem: `in implicit mode, service must have exactly 1 port, has ${ports.length}` };
  }
  const port = ports.find((candidate) =>
    number === null ? candidate.name === text || candidate.targetPort === text : candidate.port === number,
  );
  if (port !== undefined) return { ok: true, number: port.port, port };
  return { ok: false, problem: `no suitable port found; the Service has ${portList(ports)}` };
}

function portList(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return 'no ports';
  return ports.map(({ name, port }) => (name ? `${port} (${name})` : String(port))).join(', ');
}
