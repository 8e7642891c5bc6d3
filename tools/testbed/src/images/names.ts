import { VERSIONS } from '../parts/versions.ts';

/** Image that holds the namespaces of every pod. */
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

export const DNS_IMAGE = `registry.k8s.io/coredns/coredns:v${VERSIONS.coredns}`;

/** An HTTP server that answers with what it was asked: `go/echo`. Listens on 8080. */
export const ECHO_IMAGE = 'gibbon.dev/testbed/echo:latest';
