import type { KubeObject } from '@gibbon/contracts/resource';
import type { Translator } from '@gibbon/contracts/translator';
import { kubeObject, makeTranslators, parseManifests, translateAll } from '@gibbon/testing-contract-kits';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import translatorCertificates from './index.ts';

const golden = parseManifests(readFileSync(join(import.meta.dirname, '../golden/hosts-of-an-ingress.in.yaml'), 'utf8'));
const PAIRS = golden
  .filter(({ kind }) => kind === 'Secret')
  .map((secret) => (secret as KubeObject & { readonly stringData: Readonly<Record<string, string>> }).stringData);

/** Asks for the SNIs of an Ingress, as its translator does. */
const asking: Translator = {
  objects: ['Ingress'],
  derived: [],
  indexes: [],
  translate: ({ object }, read) => {
    for (const { hosts } of (object as unknown as { readonly spec: { readonly tls: readonly { readonly hosts: readonly string[] }[] } })
      .spec.tls) {
      for (const host of hosts) read.include(`sni:${host}`);
    }
    return { entities: [], failures: [] };
  },
};
const translators = [...makeTranslators([translatorCertificates]), asking];

function ingressWithTls(name: string, host: string, secretName: string): KubeObject {
  return kubeObject(
    'networking.k8s.io/v1',
    'Ingress',
    { namespace: 'shop', name },
    { spec: { ingressClassName: 'kong', tls: [{ hosts: [host], secretName }] } },
  );
}

function secret(name: string, metadata: Readonly<Record<string, unknown>> = {}, pair = PAIRS[0]): KubeObject {
  const data = Object.fromEntries(Object.entries(pair ?? {}).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  return kubeObject('v1', 'Secret', { namespace: 'shop', name, ...metadata }, { type: 'kubernetes.io/tls', data });
}

function translate(...objects: readonly KubeObject[]): { readonly certificates: readonly string[]; readonly snis: readonly string[] } {
  const { entities } = translateAll(translators, objects);
  const certificates = entities.flatMap((draft) => (draft.type === 'certificates' ? [draft.entity.id] : []));
  return {
    certificates: [...new Set(certificates)],
    snis: entities.flatMap((draft) => (draft.type === 'snis' ? [`${draft.entity.name} ${draft.entity.certificate.id}`] : [])),
  };
}

const uid = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;

describe('translator.certificates', () => {
  it('has the uid of the Secret as id, and one made of its name where there is none', () => {
    expect(translate(ingressWithTls('a', 'a.test', 's'), secret('s', { uid: uid(1).toUpperCase() })).certificates).toEqual([uid(1)]);
    const [id] = translate(ingressWithTls('a', 'a.test', 's'), secret('s')).certificates;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(translate(ingressWithTls('a', 'a.test', 't'), secret('t')).certificates).not.toEqual([id]);
  });

  it('gives equally old Secrets with one certificate the smallest uid, and forgets those that nothing uses', () => {
    const used = [ingressWithTls('a', 'a.test', 'x'), ingressWithTls('b', 'b.test', 'y')];
    const secrets = [secret('x', { uid: uid(2) }), secret('y', { uid: uid(1) }), secret('z', { uid: uid(0) })];
    expect(translate(...used, ...secrets)).toEqual({ certificates: [uid(1)], snis: [`a.test ${uid(1)}`, `b.test ${uid(1)}`] });
  });

  it('reads of other Secrets only those with the same certificate', () => {
    const { reads } = translateAll(translators, [
      ingressWithTls('a', 'a.test', 'x'),
      secret('x', { uid: uid(1) }),
      secret('y', { uid: uid(2) }, PAIRS[1]),
    ]);
    expect(reads.get('certificate:shop/x')).toEqual([
      'get Secret:shop/x',
      expect.stringMatching(/^index secrets\.certificate-pair [0-9a-f]{64}$/),
    ]);
    expect(reads.get('sni:a.test')).toEqual(['index ingresses.tls-host a.test', 'output certificate:shop/x']);
  });
});
