import { Translation } from '@gibbon/controlplane-engine';
import {
  admitObjects,
  comparable,
  makeResourceKinds,
  makeTranslators,
  parseManifests,
  readReferenceCases,
  readReferenceGolden,
  withoutDependants,
  type ReferenceCase,
} from '@gibbon/testing-contract-kits';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controllerStandard } from './index.ts';

const FOLDER = join(import.meta.dirname, '../../../../../shared/data/kic-golden');

/** Cases about resources that this build does not have. */
const OUT_OF_SCOPE: Readonly<Record<string, string>> = {
  'consumer-group-example-ee': 'consumer groups are of Kong Enterprise',
  'fallback-config-kong-custom-entities-ee': 'custom entities are of Kong Enterprise',
  'grpcroute-example': 'no GRPCRoute yet',
  'kong-custom-entity-ee': 'custom entities are of Kong Enterprise',
  'kong-service-facade': 'no KongServiceFacade',
  'tcproute-example': 'no TCPRoute yet',
  'tlsroute-example': 'no TLSRoute yet',
  'udproute-example': 'no UDPRoute yet',
};

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: kong }
spec: { controllerName: gibbon.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { namespace: default, name: kong }
spec:
  gatewayClassName: kong
  listeners:
    - { name: http, port: 80, protocol: HTTP }
`;

/** Their Gateways name no class, which the API server demands. */
const WITHOUT_CLASS: readonly string[] = ['tcproute-example', 'udproute-example'];

const cases = readReferenceCases(FOLDER);
const kinds = makeResourceKinds(controllerStandard.filter((module) => module.kind === 'resource'));

function translate({ input, routerFlavor }: ReferenceCase): Readonly<Record<string, readonly unknown[]>> {
  const translators = makeTranslators(
    controllerStandard.filter((module) => module.kind === 'translator'),
    { target: { routerFlavor } },
  );
  // Routes are served by Gateways; the inputs of the reference controller leave theirs to its tests.
  const given = [...parseManifests(input), ...parseManifests(GATEWAY)];
  // The reference controller's mock of Kong refuses objects with this annotation; it then leaves out their dependants.
  const kept = withoutDependants(given, ({ metadata }) => metadata.annotations?.['test.konghq.com/broken'] === 'true', kinds);
  const { change } = new Translation({ translators }).apply(
    kept.map((object) => ({ type: 'upsert', object: kinds.get(object.kind)?.normalise?.(object) ?? object })),
  );
  if (change === null) throw new Error('a first batch always gives a configuration');
  const full = change.full();
  // Without a Gateway the reference controller knows no protocols of its listeners, and says none.
  const routes = full.routes.map((route) =>
    route.name?.startsWith('httproute.') === true ? { ...route, protocols: ['http', 'https'] as const } : route,
  );
  return comparable({ ...full, routes });
}

if (cases === null) process.stdout.write('The golden files of the reference controller are not beside the workspace: not compared.\n');

describe.skipIf(cases === null)('what the reference controller configures', () => {
  const inScope = (cases ?? []).filter(({ name }) => OUT_OF_SCOPE[name] === undefined);

  it.each(inScope.map((reference) => [reference.name, reference.settings, reference] as const))('%s, %s', (_name, _settings, reference) => {
    const { configuration, leftOut } = readReferenceGolden(reference);
    expect(translate(reference)).toEqual(comparable(configuration));
    expect(leftOut).toEqual([]);
  });

  it('comes from objects that validation lets through', () => {
    const inputs = new Map((cases ?? []).map(({ name, input }) => [name, input]));
    const problems = [...inputs]
      .filter(([name]) => !WITHOUT_CLASS.includes(name))
      .flatMap(([name, input]) => admitObjects(parseManifests(input), kinds).problems.map((problem) => `${name}: ${problem}`));
    expect(problems).toEqual([]);
  });

  it('is compared, or is out of scope for a reason', () => {
    const names = new Set((cases ?? []).map(({ name }) => name));
    expect(Object.keys(OUT_OF_SCOPE).filter((name) => !names.has(name))).toEqual([]);
    expect([...names].filter((name) => name.startsWith('ingress-v1-') && OUT_OF_SCOPE[name] !== undefined)).toEqual([]);
  });
});
