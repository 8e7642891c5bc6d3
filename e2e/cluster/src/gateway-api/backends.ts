import { RESTRICTED } from '@gibbon/cluster-install';
import { ensureSuite, ensureSuiteImages, sortImages } from '@gibbon/conformance';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears, eventually } from '../support/eventually.ts';
import { httpRoute, keys } from '../support/manifests.ts';
import { isReady } from '../support/pods.ts';
import { at, echoPod, prefix, service, WAIT, WEB } from './fixture.ts';

const FLAKY = { app: 'flaky' };
const HALF = { app: 'half' };
const CODES = [500, 502, 503, 504];

const flaky = (path: string, rest: object): object => ({ matches: [prefix(path)], backendRefs: [{ name: 'flaky', port: 80 }], ...rest });
const rewritten = (value: string, path: object): object => ({
  matches: [prefix(value)],
  backendRefs: [{ name: 'echo', port: 80, filters: [{ type: 'URLRewrite', urlRewrite: { path } }] }],
});

const RULES = [
  flaky('/retry/once', { retry: { codes: [500], attempts: 1 } }),
  flaky('/retry/never', { retry: { codes: CODES, attempts: 0 } }),
  flaky('/retry/request', { retry: { codes: [500], attempts: 5 }, timeouts: { request: '500ms' } }),
  flaky('/retry/backend', { retry: { codes: [500], attempts: 3 }, timeouts: { request: '15s', backendRequest: '500ms' } }),
  { matches: [prefix('/half')], retry: { attempts: 100 }, backendRefs: [{ name: 'half', port: 80 }] },
  rewritten('/full', { type: 'ReplaceFullPath', replaceFullPath: '/rewritten-full' }),
  rewritten('/prefix', { type: 'ReplacePrefixMatch', replacePrefixMatch: '/rewritten-prefix' }),
];

/**
 * Attempts, as the suite's backend makes them fail: `succeedAfter` of them, each `delayRetry` long. What v1.6 of the suite
 * tests of them is not here.
 */
const ATTEMPTS = [
  { path: '/retry/once', succeedAfter: 1, responseCode: 500, status: 200, what: 'one of one allowed' },
  ...CODES.map((code) => ({ path: '/retry/never', succeedAfter: 1, responseCode: code, status: code, what: 'none allowed' })),
  { path: '/retry/request', succeedAfter: 1, responseCode: 500, status: 200, what: 'within the time of the request' },
  { path: '/retry/request', succeedAfter: 2, responseCode: 500, delayRetry: '300ms', status: 504, what: 'beyond the time of the request' },
  {
    path: '/retry/backend',
    succeedAfter: 2,
    responseCode: 500,
    delayRetry: '100ms',
    delay: '100ms',
    status: 200,
    what: 'each with a time of its own',
  },
  { path: '/retry/request', succeedAfter: 0, responseCode: 500, delay: '1s', status: 504, what: 'first one too long' },
];

/** Requests that are tried again, and paths that are another's for one backend. */
export function backendTests(get: () => Cluster): void {
  let address: string;

  beforeAll(async () => {
    const { api, testbed } = get();
    const suite = await ensureSuite({ log: (line) => void process.stdout.write(`${line}\n`) });
    for (const file of await ensureSuiteImages(suite)) await testbed.loadImage(file);
    const [image] = sortImages(suite.images).echo;
    const env = [
      { name: 'HTTP_PORT', value: '8080' },
      { name: 'POD_NAME', value: 'flaky' },
    ];
    const container = { name: 'echo', image, imagePullPolicy: 'Never', env, securityContext: RESTRICTED };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...at('flaky'), labels: FLAKY },
      spec: { containers: [container], terminationGracePeriodSeconds: 1 },
    };
    await api.apply(pod, service(at('flaky'), FLAKY, 8080));
    await api.apply(echoPod(at('half-good'), HALF, 8080), echoPod(at('half-closed'), HALF, 9090), service(at('half'), HALF, 8080));
    await api.apply(httpRoute(at('backends'), 'backends.test', { rules: RULES }));
    address = await appears(() => gatewayAddress(api, WEB));
    for (const name of ['flaky', 'half-good', 'half-closed']) {
      await eventually(async () => isReady((await api.get(keys.pod(at(name)))) as never), true);
    }
  }, 240_000);

  it.each(ATTEMPTS)('answers $status on $path after $succeedAfter × $responseCode: $what', async (attempt) => {
    const { path, status, what: _, ...simulation } = attempt;
    const answered = async () => {
      const query = new URLSearchParams(
        Object.entries({ ...simulation, uuid: randomUUID() }).map(([name, value]) => [name, String(value)]),
      );
      return (await get().ask({ address, host: 'backends.test', path: `${path}?${query.toString()}` })).status;
    };
    await expect.poll(answered, WAIT).toBe(status);
  });

  it('tries another endpoint where one refuses connections', async () => {
    const { ask, statusOf } = get();
    const request = { address, host: 'backends.test', path: '/half' };
    await expect.poll(() => statusOf(request), WAIT).toBe(200);
    for (let count = 0; count < 10; count++) expect(await ask(request)).toMatchObject({ status: 200, pod: 'half-good' });
  });

  it.each([
    { path: '/full/original', seen: '/rewritten-full' },
    { path: '/prefix/original', seen: '/rewritten-prefix/original' },
  ])('sends $path as $seen to a backend with that filter', async ({ path, seen }) => {
    const { ask } = get();
    const pathSeen = async () => (JSON.parse((await ask({ address, host: 'backends.test', path })).body || '{}') as { path?: string }).path;
    await expect.poll(pathSeen, WAIT).toBe(seen);
  });
}
