import type { KubeObject } from '@gibbon/contracts/resource';
import type { StatusDraft } from '@gibbon/contracts/status';
import {
  GATEWAY_CONTROLLER_NAME,
  type ControllerSettings,
  type TrackedRead,
  type TranslationOutput,
  type Unit,
} from '@gibbon/contracts/translator';
import type { Gateway, Listener } from '@gibbon/k8s-types';
import { describe, expect, it } from 'vitest';
import { translateGateway } from './gateway.ts';

const SETTINGS: ControllerSettings = {
  ingressClass: 'kong',
  ingressClassController: 'ingress-controllers.konghq.com/kong',
  clusterDomain: '',
  drainSupport: false,
  managedGateways: true,
};
const API_VERSION = 'gateway.networking.k8s.io/v1';

function translate(listener: Partial<Listener>, settings = SETTINGS): TranslationOutput {
  const gateway: Gateway = {
    apiVersion: API_VERSION,
    kind: 'Gateway',
    metadata: { namespace: 'shop', name: 'edge', uid: 'uid-of-edge', generation: 1 },
    spec: { gatewayClassName: 'gibbon', listeners: [{ name: 'one', port: 443, protocol: 'HTTPS', ...listener }] },
  };
  const gatewayClass = {
    apiVersion: API_VERSION,
    kind: 'GatewayClass',
    metadata: { name: 'gibbon' },
    spec: { controllerName: GATEWAY_CONTROLLER_NAME },
  };
  const get = (kind: string): KubeObject | null => (kind === 'GatewayClass' ? gatewayClass : null);
  const read = { get, index: () => [], list: () => [] } as unknown as TrackedRead;
  const target = { kind: 'gibbon', version: '3.9', routerFlavor: 'expressions' } as const;
  const unit: Unit = { key: 'Gateway:shop/edge', kind: 'Gateway', id: 'shop/edge', object: gateway };
  return translateGateway(unit, read, { settings, target, normalise: (_type, input) => ({ ok: true, entity: input as never }) });
}

/** Reason of the Gateway's condition `Programmed`. */
function programmed({ statuses = [] }: TranslationOutput): string | undefined {
  const { status } = statuses[0] as StatusDraft;
  const conditions = status['conditions'] as readonly { readonly type: string; readonly reason: string }[];
  return conditions.find(({ type }) => type === 'Programmed')?.reason;
}

describe('a Gateway with proxies of its own', () => {
  const withoutSecret: Partial<Listener> = { tls: { certificateRefs: [{ name: 'missing' }] } };

  it.each([
    ['a protocol that is not supported', { protocol: 'SCTP' }],
    ['a certificate that does not exist', withoutSecret],
  ])('has a plane although its only listener has %s: its proxies are to serve nothing', (_what, listener) => {
    const output = translate(listener);
    expect(output.entities).toEqual([]);
    expect(output.planes).toEqual(['uid-of-edge']);
  });

  it('has none where Gateways share proxies', () => {
    expect(translate(withoutSecret, { ...SETTINGS, managedGateways: false })).not.toHaveProperty('planes');
  });

  it('is not programmed before it is reached', () => {
    expect(programmed(translate({ protocol: 'HTTP', port: 80 }))).toBe('Pending');
    expect(programmed(translate({ protocol: 'SCTP' }))).toBe('Invalid');
  });
});
