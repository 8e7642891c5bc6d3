import { startFakeUpstream, type FakeUpstream } from '@gibbon/testing-fixtures';
import { ask, GatewayProcess, type Answer } from '@gibbon/testing-fixtures/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backendManifest, ManifestFolder } from './manifests.ts';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: gibbon }
spec: { controllerName: gibbon.dev/gateway-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: gibbon, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`;

const KEYS = `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: keys }
plugin: key-auth
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata:
  name: bob
  annotations: { kubernetes.io/ingress.class: kong }
username: bob
credentials: [bob-key]
---
apiVersion: v1
kind: Secret
metadata:
  name: bob-key
  labels: { konghq.com/credential: key-auth }
stringData: { key: sesame }
`;

const ALLOWED = { apikey: 'sesame' };

let folder: ManifestFolder;
let blue: FakeUpstream;
let green: FakeUpstream;
let gateway: GatewayProcess | null = null;

beforeEach(async () => {
  folder = new ManifestFolder();
  [blue, green] = await Promise.all([startFakeUpstream({ name: 'blue' }), startFakeUpstream({ name: 'green' })]);
  folder.write('gateway.yaml', GATEWAY);
});

afterEach(async () => {
  const code = await gateway?.stop();
  gateway = null;
  folder.dispose();
  await Promise.all([blue.close(), green.close()]);
  if (code !== undefined) expect(code).toBe(0);
});

function route(rules: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ name: edge }]
  rules: ${rules}
`;
}

async function serve(): Promise<(path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>> {
  gateway = await GatewayProcess.serve('gateway', ['--manifests', folder.path, '--workers', '1']);
  const port = gateway.ports['proxy'] ?? 0;
  return (path, headers = {}) => ask({ port, path, headers });
}

describe('an authentication plugin of the Services behind a traffic split', () => {
  beforeEach(() => {
    folder.write('keys.yaml', KEYS);
    folder.write('blue.yaml', backendManifest('blue', [blue.port], { 'konghq.com/plugins': 'keys' }));
  });

  const split = '[{ backendRefs: [{ name: blue, port: 80, weight: 1 }, { name: green, port: 80, weight: 1 }] }]';

  test('lets nobody through to any of them without a key', async () => {
    folder.write('green.yaml', backendManifest('green', [green.port], { 'konghq.com/plugins': 'keys' }));
    folder.write('route.yaml', route(split));
    const get = await serve();
    for (let count = 0; count < 20; count++) expect((await get('/')).status).toBe(401);
    expect([...blue.requests, ...green.requests]).toEqual([]);
    const served = new Set<string>();
    for (let count = 0; count < 40; count++) {
      const { status, body } = await get('/', ALLOWED);
      expect(status).toBe(200);
      served.add((JSON.parse(body) as { readonly upstream: string }).upstream);
    }
    expect([...served].sort()).toEqual(['blue', 'green']);
  });

  test('keeps the rule from being served when only one of them has it', async () => {
    folder.write('green.yaml', backendManifest('green', [green.port]));
    folder.write('route.yaml', route(split));
    const get = await serve();
    for (let count = 0; count < 20; count++) expect((await get('/', ALLOWED)).status).toBe(500);
    expect([...blue.requests, ...green.requests]).toEqual([]);
  });

  test('keeps copies of requests from the Service, too', async () => {
    folder.write('green.yaml', backendManifest('green', [green.port]));
    const mirror = 'filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: blue, port: 80 } } }]';
    const keys = '{ type: ExtensionRef, extensionRef: { group: configuration.konghq.com, kind: KongPlugin, name: keys } }';
    const open = `{ matches: [{ path: { value: /open } }], ${mirror}, backendRefs: [{ name: green, port: 80 }] }`;
    const checked = `{ matches: [{ path: { value: /checked } }], ${mirror.replace('[', `[${keys}, `)}, backendRefs: [{ name: green, port: 80 }] }`;
    folder.write('route.yaml', route(`[${open}, ${checked}]`));
    const get = await serve();
    expect((await get('/open')).status).toBe(200);
    expect((await get('/checked')).status).toBe(401);
    expect((await get('/checked', ALLOWED)).status).toBe(200);
    await blue.received(1);
    expect(blue.requests.map(({ url }) => url)).toEqual(['/checked']);
  });
});

describe('a rule', () => {
  beforeEach(() => {
    folder.write('blue.yaml', backendManifest('blue', [blue.port]));
    folder.write('green.yaml', backendManifest('green', [green.port]));
  });

  test('is tried again as it says', async () => {
    const retry = 'retry: { attempts: 2, codes: [503], backoff: 1ms }';
    folder.write('route.yaml', route(`[{ ${retry}, backendRefs: [{ name: blue, port: 80 }] }]`));
    let failures = 2;
    blue.respond(() => (failures-- > 0 ? { kind: 'answer', status: 503 } : { kind: 'echo' }));
    const get = await serve();
    expect((await get('/')).status).toBe(200);
    expect(blue.requests).toHaveLength(3);
    failures = 3;
    expect((await get('/')).status).toBe(503);
    expect(blue.requests).toHaveLength(6);
    blue.respond(() => ({ kind: 'answer', status: 500 }));
    expect((await get('/')).status).toBe(500);
    expect(blue.requests).toHaveLength(7);
  });

  test('matches names of headers and query parameters with any of their characters', async () => {
    const query = '{ matches: [{ queryParams: [{ name: page-size, value: "10" }] }], backendRefs: [{ name: blue, port: 80 }] }';
    const header = '{ matches: [{ headers: [{ name: "x_mode!", value: on }] }], backendRefs: [{ name: green, port: 80 }] }';
    folder.write('route.yaml', route(`[${query}, ${header}]`));
    const get = await serve();
    expect(JSON.parse((await get('/?page-size=10')).body)).toMatchObject({ upstream: 'blue' });
    expect(JSON.parse((await get('/', { 'X_Mode!': 'on' })).body)).toMatchObject({ upstream: 'green' });
    // Of several values the first counts.
    expect((await get('/?page-size=10&page-size=1')).status).toBe(200);
    expect((await get('/?page-size=1&page-size=10')).status).toBe(404);
    for (const path of ['/?page_size=10', '/?page-size=1', '/']) expect((await get(path, { 'x-mode!': 'on' })).status).toBe(404);
  });
});
