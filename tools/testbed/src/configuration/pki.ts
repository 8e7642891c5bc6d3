import { generateKeyPairSync } from 'node:crypto';
import { createCertificate, type Identity } from '@gibbon/x509';
import { NETWORK, NODE_NAME } from './network.ts';

/** Who takes part in a cluster, each with a certificate. */
export interface Pki {
  readonly authority: Identity;
  /** API server, as a server. */
  readonly apiServer: Identity;
  /** API server, as a client of the kubelet. */
  readonly kubeletClient: Identity;
  /** Kubelet, as a server. */
  readonly kubeletServer: Identity;
  /** Clients of the API server. */
  readonly clients: Readonly<Record<ClientName, Identity>>;
  /** Signs service-account tokens. */
  readonly serviceAccounts: { readonly publicKey: string; readonly privateKey: string };
}

/** Programs with a kubeconfig of their own. */
export type ClientName = 'admin' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet' | 'kube-proxy';

const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;

/** Groups and names that Kubernetes' own roles are bound to. @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles */
const CLIENTS: Readonly<Record<ClientName, { readonly commonName: string; readonly organizations: readonly string[] }>> = {
  admin: { commonName: 'testbed-admin', organizations: ['system:masters'] },
  'kube-controller-manager': { commonName: 'system:kube-controller-manager', organizations: [] },
  'kube-scheduler': { commonName: 'system:kube-scheduler', organizations: [] },
  kubelet: { commonName: `system:node:${NODE_NAME}`, organizations: ['system:nodes'] },
  'kube-proxy': { commonName: 'system:kube-proxy', organizations: [] },
};

/** Makes an authority and everything it vouches for; a dozen milliseconds. */
export function createPki(nowMs: number): Pki {
  const validity = { notBeforeMs: nowMs - DAY_MS, notAfterMs: nowMs + LIFETIME_MS };
  const authority = createCertificate({ ...validity, names: [], commonName: 'testbed', authority: true });
  const issue = (names: readonly string[], commonName: string, organizations: readonly string[] = []): Identity =>
    createCertificate({ ...validity, names, commonName, organizations, issuer: authority });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const client = (name: ClientName): Identity => issue([], CLIENTS[name].commonName, CLIENTS[name].organizations);
  return {
    authority,
    apiServer: issue(apiServerNames(), 'kube-apiserver'),
    kubeletClient: issue([], 'kube-apiserver-kubelet-client', ['system:masters']),
    kubeletServer: issue([NODE_NAME, NETWORK.nodeAddress], NODE_NAME),
    clients: {
      admin: client('admin'),
      'kube-controller-manager': client('kube-controller-manager'),
      'kube-scheduler': client('kube-scheduler'),
      kubelet: client('kubelet'),
      'kube-proxy': client('kube-proxy'),
    },
    serviceAccounts: {
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
  };
}

/** Every name under which pods, the node and this machine reach the API server. */
function apiServerNames(): readonly string[] {
  const service = 'kubernetes.default.svc';
  const inside = ['kubernetes', 'kubernetes.default', service, `${service}.${NETWORK.domain}`];
  return [...inside, NODE_NAME, 'localhost', NETWORK.nodeAddress, NETWORK.apiServiceAddress, '127.0.0.1'];
}
