import { beforeAll, describe, expect, it } from 'vitest';
import { gatewayAddress, type Cluster } from '../support/cluster.ts';
import { appears, eventually } from '../support/eventually.ts';
import { httpRoute, keys } from '../support/manifests.ts';
import { answeredBy, at, HOST_PORTS, prefix, SECURE_HOST, SECURE_PORTS, WAIT, WEB } from './fixture.ts';

interface Difference {
  readonly what: string;
  readonly broad: object;
  readonly narrow: object;
  readonly requests: readonly {
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly by: 'broad' | 'narrow';
  }[];
}

/** How the two routes of a listener differ besides their hosts: matches of the broader and of the narrower one, and who answers what. */
const DIFFERENCES: readonly Difference[] = [
  { what: 'nothing else', broad: {}, narrow: {}, requests: [{ path: '/', by: 'narrow' }] },
  {
    what: 'a longer path',
    broad: prefix('/path/prefix'),
    narrow: prefix('/path'),
    requests: [
      { path: '/path/prefix', by: 'narrow' },
      { path: '/path', by: 'narrow' },
    ],
  },
  {
    what: 'a header',
    broad: {},
    narrow: { headers: [{ name: 'version', value: 'v2' }] },
    requests: [
      { path: '/', headers: { version: 'v2' }, by: 'narrow' },
      { path: '/', by: 'broad' },
    ],
  },
];
const HOSTS = {
  exact: { broad: '*.example.com', narrow: 'abc.example.com' },
  wildcard: { broad: '*.com', narrow: '*.example.com' },
} as const;

const CASES = (['exact', 'wildcard'] as const).flatMap((kind) =>
  DIFFERENCES.map((difference, index) => ({ ...difference, kind, port: HOST_PORTS[kind][index] as number })),
);

/** Routes that intersect a listener in the same host name: their own host names say which comes first, not their age. */
export function hostTests(get: () => Cluster): void {
  let address: string;

  beforeAll(async () => {
    const { api } = get();
    address = await appears(() => gatewayAddress(api, WEB));
    for (const side of ['broad', 'narrow'] as const) {
      for (const { kind, port, [side]: match } of CASES) {
        const rules = [{ matches: [match], filters: [answeredBy(side)], backendRefs: [{ name: 'echo', port: 80 }] }];
        const route = httpRoute(at(`${side}-${port}`), HOSTS[kind][side], { rules }) as any;
        route.spec.parentRefs[0].port = port;
        await api.apply(route);
      }
      // Ages count in seconds.
      const key = keys.httpRoute(at(`${side}-${CASES.at(-1)?.port}`));
      const createdAt = Date.parse(
        ((await appears(() => api.get(key))).metadata as { creationTimestamp?: string }).creationTimestamp ?? '',
      );
      await eventually(async () => Date.now() - createdAt > 1100, true, 5000);
    }
  });

  it('shows the certificate of the listener on that port, where several have the host name', async () => {
    const { api, ask } = get();
    await api.apply(httpRoute(at('secure'), SECURE_HOST));
    for (const port of SECURE_PORTS) {
      const answered = async () => {
        const { status, certificate } = await ask({ address, port, host: SECURE_HOST, tls: true });
        return `${status} ${certificate}`;
      };
      await expect.poll(answered, WAIT).toBe(`200 DNS:port-${port}.test`);
    }
  });

  describe.each(CASES)('listener of the $kind host: routes differ in $what', ({ port, requests }) => {
    it.each(requests)('$path is for the $by one', async ({ by, ...request }) => {
      const answered = async () => (await get().ask({ address, port, host: 'abc.example.com', ...request })).headers['x-rule'];
      await expect.poll(answered, WAIT).toBe(by);
    });
  });
}
