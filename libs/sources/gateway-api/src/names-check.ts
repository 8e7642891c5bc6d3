import { OBJECT_NAME, type ObjectCheck } from '@gibbon/k8s-types';
import { isIP } from 'node:net';

const HOSTNAME = /^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A host name, which may begin with `*.`. */
export function checkHostname(check: ObjectCheck, value: unknown, path: string): void {
  const host = check.text(value, path, 'a host name');
  if (host === null) return;
  if (isIP(host) !== 0) check.problem(path, 'expected a host name, not an IP address');
  else if (!HOSTNAME.test(host) || host.length > 253) {
    check.problem(path, 'expected a lower-case host name without port, with "*" only as its whole first label');
  }
}

/** The name of a listener or of a rule. */
export function checkListenerName(check: ObjectCheck, value: unknown, path: string): void {
  check.text(value, path, 'a lower-case name of letters, digits, "-" and "."', OBJECT_NAME);
}
