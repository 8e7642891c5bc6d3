import { describe, expect, it } from 'vitest';
import type { Route } from '@gibbon/contracts/entities';
import type { Router } from './contract.ts';
import { idOf, inputOf, routeOf } from './testing/fixtures.ts';
import { buildRouter, updateRouter } from './router.ts';

function routerOf(routes: Record<string, Partial<Route>>): Router<string> {
  return buildRouter(
    Object.entries(routes).map(([name, fields], index) => ({ route: routeOf({ id: idOf(index), name, ...fields }), value: name })),
  );
}

function winner(router: Router<string>, request: Parameters<typeof inputOf>[0]): string | null {
  return router.match(inputOf(request))?.value ?? null;
}

describe('hosts', () => {
  const router = routerOf({
    exact: { hosts: ['api.example.test'] },
    withPort: { hosts: ['api.example.test:9000'], paths: ['/p'] },
    suffix: { hosts: ['*.example.test'] },
    deeper: { hosts: ['*.deep.example.test'] },
    prefix: { hosts: ['shop.*'] },
    any: { paths: ['/any'] },
  });

  it.each([
    ['api.example.test', '/', 'exact'],
    ['API.Example.TEST', '/', 'exact'],
    ['api.example.test:8443', '/', 'exact'],
    ['api.example.test:9000', '/p', 'withPort'],
    ['api.example.test:9001', '/p', 'exact'],
    ['www.example.test', '/', 'suffix'],
    ['a.b.example.test', '/', 'suffix'],
    ['example.test', '/', null],
    ['xexample.test', '/', null],
    ['shop.test', '/', 'prefix'],
    ['shop.', '/', 'prefix'],
    ['shopping.test', '/', null],
    ['', '/any', 'any'],
    ['[::1]:80', '/any', 'any'],
  ])('%s%s goes to %s', (rawHost, path, expected) => {
    expect(winner(router, { rawHost, path })).toBe(expected);
  });

  it('takes the port of the listener when Host has none', () => {
    expect(winner(router, { rawHost: 'api.example.test', path: '/p', port: 9000 })).toBe('withPort');
  });

  it('breaks the tie of two wildcards by id', () => {
    expect(winner(router, { rawHost: 'x.deep.example.test' })).toBe('deeper');
  });

  it('compares case when told to', () => {
    const strict = buildRouter([{ route: routeOf({ hosts: ['a.test'] }), value: 'a' }], { hostCase: 'sensitive' });
    expect(strict.match(inputOf({ rawHost: 'A.test' }))).toBeNull();
    expect(strict.match(inputOf({ rawHost: 'a.test' }))?.value).toBe('a');
  });
});

describe('priorities', () => {
  it('prefers more criteria over longer paths, whichever host they are filed under', () => {
    const router = routerOf({
      long: { paths: ['/a/b/c/d'] },
      hosted: { hosts: ['example.test'], paths: ['/a'] },
      methodAndHeader: { paths: ['/'], methods: ['GET'], headers: { 'x-v': ['1'] } },
    });
    expect(winner(router, { path: '/a/b/c/d' })).toBe('hosted');
    expect(winner(router, { path: '/a/b/c/d', headers: ['X-V', '1'] })).toBe('methodAndHeader');
    expect(winner(router, { path: '/a/b/c/d', rawHost: 'other.test' })).toBe('long');
  });

  it('prefers plain hosts, then header count, then expressions, then regex_priority, then length, then the id', () => {
    const at = { path: '/abc', rawHost: 'a.test', headers: ['h1', '1', 'h2', '2'] };
    expect(
      winner(routerOf({ plain: { hosts: ['a.test'], paths: ['/'] }, wild: { hosts: ['a.test', '*.b.test'], paths: ['/abc'] } }), at),
    ).toBe('plain');
    expect(
      winner(routerOf({ two: { headers: { h1: ['1'], h2: ['2'] }, paths: ['/'] }, one: { headers: { h1: ['1'] }, paths: ['/abc'] } }), at),
    ).toBe('two');
    expect(winner(routerOf({ regex: { paths: ['~/a'] }, prefix: { paths: ['/abc'] } }), at)).toBe('regex');
    expect(winner(routerOf({ high: { paths: ['~/a'], regex_priority: 5 }, low: { paths: ['~/abc'], regex_priority: 4 } }), at)).toBe(
      'high',
    );
    expect(winner(routerOf({ short: { paths: ['/a'] }, long: { paths: ['/ab'] } }), at)).toBe('long');
    expect(winner(routerOf({ older: { paths: ['/a'] }, younger: { paths: ['/a'] } }), at)).toBe('younger');
  });

  it('ranks each length of a route on its own', () => {
    const router = routerOf({ both: { paths: ['/', '/deep/path'] }, middle: { paths: ['/deep'] } });
    expect(winner(router, { path: '/deep/path/x' })).toBe('both');
    expect(winner(router, { path: '/deep/x' })).toBe('middle');
    expect(winner(router, { path: '/x' })).toBe('both');
  });

  it('does not fall back to https routes by protocol: the redirect follows from the match', () => {
    expect(winner(routerOf({ secure: { paths: ['/a'], protocols: ['https'] }, plain: { paths: ['/'] } }), { path: '/a' })).toBe('secure');
  });
});

describe('conditions', () => {
  it('compares methods exactly', () => {
    const router = routerOf({ post: { methods: ['POST', 'PUT'] } });
    expect([winner(router, { method: 'PUT' }), winner(router, { method: 'put' }), winner(router, {})]).toEqual(['post', null, null]);
  });

  it('asks for all headers and any of their values, ignoring case and the kind of dash', () => {
    const router = routerOf({ route: { headers: { 'X-Version': ['v1', 'V2'], x_tenant: ['~*^Team-[ab]$'] } } });
    expect(winner(router, { headers: ['x-version', 'V1', 'X-Tenant', 'TEAM-A'] })).toBe('route');
    expect(winner(router, { headers: ['X_Version', 'no', 'X_Version', 'v2', 'x-tenant', 'team-b'] })).toBe('route');
    expect(winner(router, { headers: ['x-version', 'v1'] })).toBeNull();
    expect(winner(router, { headers: ['x-version', 'v1', 'x-tenant', 'team-c'] })).toBeNull();
  });

  it('looks at the server name only with TLS', () => {
    const router = routerOf({ route: { snis: ['a.test.', '*.b.test'] } });
    expect(winner(router, {})).toBe('route');
    expect(winner(router, { scheme: 'https', sni: 'a.test' })).toBe('route');
    expect(winner(router, { scheme: 'https', sni: 'x.b.test' })).toBe('route');
    expect(winner(router, { scheme: 'https', sni: 'c.test' })).toBeNull();
    expect(winner(router, { scheme: 'https', sni: null })).toBeNull();
  });

  it('matches both ends of the connection', () => {
    const router = routerOf({
      route: {
        sources: [
          { ip: '10.0.0.0/8', port: null },
          { ip: '::1', port: 7 },
        ],
        destinations: [{ ip: null, port: 81 }],
      },
    });
    expect(winner(router, { forwardedAddress: '10.1.2.3', rawHost: 'a:81' })).toBe('route');
    expect(winner(router, { forwardedAddress: '::1', clientPort: 7, port: 81 })).toBe('route');
    expect(winner(router, { forwardedAddress: '::1', clientPort: 8, port: 81 })).toBeNull();
    expect(winner(router, { forwardedAddress: '11.0.0.1', port: 81 })).toBeNull();
    expect(winner(router, { forwardedAddress: '10.1.2.3', port: 80 })).toBeNull();
  });
});

describe('matches', () => {
  it('gives the same object for a prefix each time', () => {
    const router = routerOf({ route: { paths: ['/a'] } });
    const match = router.match(inputOf({ path: '/a/1' }));
    expect(match).toEqual({ value: 'route', prefix: '/a', captures: null });
    expect(router.match(inputOf({ path: '/a/2' }))).toBe(match);
  });

  it('gives the matched text and the groups of an expression', () => {
    const router = routerOf({ route: { paths: ['~/users/(?<user>[^/]+)(/posts)?/(?P<n>\\d+)'] } });
    expect(router.match(inputOf({ path: '/users/ann/7/x' }))).toEqual({
      value: 'route',
      prefix: '/users/ann/7',
      captures: { 0: '/users/ann/7', 1: 'ann', user: 'ann', 3: '7', n: '7' },
    });
    expect(router.match(inputOf({ path: '/users/ann/x' }))).toBeNull();
  });

  it('takes the first expression of a route that matches, wherever it is filed', () => {
    const router = routerOf({ route: { paths: ['~/a(b)', '~/(a)b'] } });
    expect(router.match(inputOf({ path: '/ab' }))?.captures).toEqual({ 0: '/ab', 1: 'b' });
  });

  it('treats a literal with an end as an exact path, without an allocation', () => {
    const router = routerOf({ route: { paths: ['~/exact\\.txt$'] } });
    const match = router.match(inputOf({ path: '/exact.txt' }));
    expect(match).toEqual({ value: 'route', prefix: '/exact.txt', captures: null });
    expect(router.match(inputOf({ path: '/exact.txt' }))).toBe(match);
    expect(router.match(inputOf({ path: '/exact.txt/' }))).toBeNull();
    expect(router.match(inputOf({ path: '/exactxtxt' }))).toBeNull();
  });

  it('anchors the first alternative only, as Kong does', () => {
    expect(winner(routerOf({ route: { paths: ['~/a|/b'] } }), { path: '/x/b' })).toBe('route');
  });
});

describe('hostile expressions', () => {
  it('cannot hold up a thread, in paths and in headers', () => {
    const router = routerOf({
      path: { paths: ['~^(a+)+$', '~/(x+x+)+y'] },
      header: { headers: { 'x-a': ['~*^(a+)+$'] } },
      rest: { paths: ['/'] },
    });
    const long = 'a'.repeat(5000);
    const started = performance.now();
    expect(winner(router, { path: `/${long}!`, headers: ['x-a', `${long}!`] })).toBe('rest');
    expect(winner(router, { path: `/${'x'.repeat(3000)}` })).toBe('rest');
    // Backtracking would take longer than the universe has.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('problems', () => {
  it('leaves out what cannot be served, says why, and serves the rest', () => {
    const router = routerOf({
      good: { paths: ['/'] },
      lookahead: { paths: ['/ok', '~/a(?=b)'] },
      header: { headers: { 'x-a': ['~*(b'] } },
      address: {
        sources: [
          { ip: '10.0.0.300', port: null },
          { ip: null, port: null },
        ],
      },
      empty: {},
      expression: { expression: 'http.path ==' },
      stream: { protocols: ['tcp'], sources: [{ ip: '10.0.0.1', port: null }] },
    });
    expect(router.size).toBe(1);
    expect(winner(router, { path: '/ok' })).toBe('good');
    expect(router.problems.map(({ name, field }) => [name, field])).toEqual([
      ['lookahead', 'paths.2'],
      ['header', 'headers.x-a'],
      ['address', 'sources.1.ip'],
      ['empty', ''],
      ['expression', 'expression'],
    ]);
    expect(router.problems[0]?.message).toMatch(/^route lookahead: path "~\/a\(\?=b\)" .*lookaround/);
  });
});

describe('updateRouter', () => {
  it('adds, replaces and removes, and leaves the previous router as it was', () => {
    const first = routerOf({
      a: { paths: ['/a'] },
      b: { hosts: ['b.test', '*.b.test', 'b.*'], paths: ['/', '~/b/\\d+'] },
      bad: { paths: ['~('] },
    });
    const second = updateRouter(first, {
      removedIds: [idOf(1), idOf(99)],
      added: [
        { route: routeOf({ id: idOf(0), name: 'a2', paths: ['/a2'] }), value: 'a2' },
        { route: routeOf({ id: idOf(2), paths: ['/mended'] }), value: 'mended' },
      ],
    });
    expect([first.size, first.problems.length, second.size, second.problems.length]).toEqual([2, 1, 2, 0]);
    expect([winner(second, { path: '/a' }), winner(second, { path: '/a2' }), winner(second, { path: '/mended' })]).toEqual([
      null,
      'a2',
      'mended',
    ]);
    for (const rawHost of ['b.test', 'x.b.test', 'b.x']) {
      expect([winner(first, { rawHost }), winner(second, { rawHost })]).toEqual(['b', null]);
    }
    expect(winner(first, { path: '/a' })).toBe('a');
  });

  it('refuses a router that it did not make', () => {
    const foreign: Router<string> = { match: () => null, size: 0, problems: [] };
    expect(() => updateRouter(foreign, { removedIds: [], added: [] })).toThrow(TypeError);
  });
});
