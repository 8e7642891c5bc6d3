import { describe, expect, it } from 'vitest';
import { supportedFeatures, type FeatureSituation } from './features.ts';

const GIBBON = { kind: 'gibbon', routerFlavor: 'expressions' } as const;
const SHARED: FeatureSituation = { managed: false, target: GIBBON, gatewayPorts: [{ port: 80, protocol: 'HTTP' }] };
const INFRASTRUCTURE = ['GatewayInfrastructure', 'GatewayStaticAddresses', 'GatewayAddressEmpty'];

describe('the features of a class', () => {
  it('are sorted, each once, and no more than its status takes', () => {
    const features = supportedFeatures({ ...SHARED, managed: true });
    expect(features).toEqual([...new Set(features)].sort());
    expect(features.length).toBeLessThanOrEqual(64);
  });

  it('are those of proxies of their own where Gateways have these', () => {
    expect(supportedFeatures({ ...SHARED, managed: true })).toEqual(expect.arrayContaining([...INFRASTRUCTURE, 'GatewayPort8080']));
    expect(supportedFeatures(SHARED).filter((name) => [...INFRASTRUCTURE, 'GatewayPort8080'].includes(name))).toEqual([]);
  });

  it('include port 8080 where the shared proxies have it, or may have it', () => {
    const withPort = (gatewayPorts: FeatureSituation['gatewayPorts']): boolean =>
      supportedFeatures({ ...SHARED, gatewayPorts }).includes('GatewayPort8080');
    expect(withPort(undefined)).toBe(true);
    expect(withPort([{ port: 8_080, protocol: 'HTTP' }])).toBe(true);
    expect(withPort([{ port: 8_080, protocol: 'HTTPS' }])).toBe(false);
  });

  it('are fewer with a Kong', () => {
    const kong = supportedFeatures({
      ...SHARED,
      target: { kind: 'kong', routerFlavor: 'traditional_compatible' },
      gatewayPorts: undefined,
    });
    expect(kong).toContain('HTTPRoute');
    expect(kong).not.toContain('GatewayHTTPListenerIsolation');
    expect(kong).not.toContain('HTTPRouteQueryParamMatching');
    expect(supportedFeatures({ ...SHARED, target: { kind: 'kong', routerFlavor: 'expressions' } })).toContain(
      'HTTPRouteQueryParamMatching',
    );
  });
});
