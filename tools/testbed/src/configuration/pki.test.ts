import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPki } from './pki.ts';

const NOW = Date.UTC(2026, 5, 1);
const pki = createPki(NOW);
const authority = new X509Certificate(pki.authority.cert);

describe('createPki', () => {
  it('vouches for everybody, each with a key of its own', () => {
    const all = [pki.apiServer, pki.kubeletClient, pki.kubeletServer, ...Object.values(pki.clients)];
    for (const { cert, key } of all) {
      const certificate = new X509Certificate(cert);
      expect([
        certificate.verify(authority.publicKey),
        certificate.checkIssued(authority),
        certificate.checkPrivateKey(createPrivateKey(key)),
      ]).toEqual([true, true, true]);
      expect(certificate.validFromDate.getTime()).toBeLessThan(NOW);
      expect(certificate.validToDate.getTime()).toBeGreaterThan(NOW + 30 * 86_400_000);
    }
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  });

  it('names clients as the roles of Kubernetes do', () => {
    const subjects = Object.fromEntries(Object.entries(pki.clients).map(([name, { cert }]) => [name, new X509Certificate(cert).subject]));
    expect(subjects).toEqual({
      admin: 'O=system:masters\nCN=testbed-admin',
      'kube-controller-manager': 'CN=system:kube-controller-manager',
      'kube-scheduler': 'CN=system:kube-scheduler',
      kubelet: 'O=system:nodes\nCN=system:node:testbed',
      'kube-proxy': 'CN=system:kube-proxy',
    });
  });

  it('lets the API server be reached by every name that pods, the node and this machine use', () => {
    const certificate = new X509Certificate(pki.apiServer.cert);
    for (const name of ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'])
      expect(certificate.checkHost(name)).toBe(name);
    for (const address of ['10.10.0.1', '10.96.0.1', '127.0.0.1']) expect(certificate.checkIP(address)).toBe(address);
  });

  it('signs service accounts with a pair of keys', () => {
    expect(createPublicKey(pki.serviceAccounts.privateKey).export({ type: 'spki', format: 'pem' })).toBe(pki.serviceAccounts.publicKey);
  });
});
