import { isIP } from 'node:net';
import type { GatewayPort } from '@gibbon/contracts/translator';

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const NAMESPACED_NAME = new RegExp(`^(${LABEL})/(${LABEL}(?:\\.${LABEL})*)$`);
const HOSTNAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`, 'i');
/** @see https://gateway-api.sigs.k8s.io/reference/api-spec/main/spec/ (GatewayController) */
const CONTROLLER_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+$`);
const PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS']);

/** A namespaced object by name. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads `NAMESPACE/NAME`; `null` when it is none. */
export function readNamespacedName(text: string): NamespacedName | null {
  const [, namespace, name] = NAMESPACED_NAME.exec(text) ?? [];
  return namespace === undefined || name === undefined ? null : { namespace, name };
}

/** The problem of a text that is no `NAMESPACE/NAME`. */
export function checkNamespacedName(text: string): string | null {
  return readNamespacedName(text) === null ? `'${text}' is not NAMESPACE/NAME of an object, e.g. gibbon/gibbon-proxy` : null;
}

/** The problem of a text that is neither an IP address nor a host name. */
export function checkAddress(text: string): string | null {
  // What has digits and dots alone is an address that is none.
  const isName = HOSTNAME.test(text) && !/^[\d.]+$/.test(text);
  return isIP(text) !== 0 || isName ? null : `'${text}' is neither an IP address nor a host name, e.g. 192.0.2.1 or lb.example.com`;
}

/** The problem of a text that no GatewayClass can have as `spec.controllerName`. */
export function checkControllerName(text: string): string | null {
  return CONTROLLER_NAME.test(text)
    ? null
    : `'${text}' is not the controllerName of a GatewayClass: a domain, a slash and a path, e.g. example.com/gateway`;
}

/** Reads `PROTOCOL:PORT` or `PROTOCOL:PORT:PROXYPORT`; `null` when it is neither. */
export function readGatewayPort(text: string): GatewayPort | null {
  const [protocol = '', port = '', proxyPort, ...rest] = text.split(':');
  const upper = protocol.toUpperCase();
  if (!PROTOCOLS.has(upper) || !isPort(port) || rest.length > 0 || (proxyPort !== undefined && !isPort(proxyPort))) return null;
  return {
    protocol: upper as GatewayPort['protocol'],
    port: Number(port),
    ...(proxyPort === undefined ? {} : { proxyPort: Number(proxyPort) }),
  };
}

/** The problem of a text that is no port of a Gateway. */
export function checkGatewayPort(text: string): string | null {
  return readGatewayPort(text) === null
    ? `'${text}' is not PROTOCOL:PORT[:PROXYPORT] with the protocol HTTP or HTTPS, e.g. HTTP:80:8000`
    : null;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
