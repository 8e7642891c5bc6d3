import { describe, expect, it } from 'vitest';
import { badPaths, badRegexes } from './bad-paths.ts';
import { classicPaths } from './classic-paths.ts';
import type { PlannedPath, RoutePlan } from './route-plan.ts';

function planned(path: string, type: PlannedPath['type']): PlannedPath {
  return { path, type, at: `at ${path}` };
}

function plan(...paths: readonly PlannedPath[]): RoutePlan {
  return { name: 'r', host: '', hostAt: '', backend: { namespace: 'shop', service: 'cart', port: '80' }, paths };
}

describe('classicPaths', () => {
  it.each<[PlannedPath['type'], string, readonly string[]]>([
    ['Prefix', '/', ['/']],
    ['Prefix', '/foo', ['/foo/', '~/foo$']],
    ['Prefix', '/foo/', ['/foo/', '~/foo$']],
    ['Prefix', '/foo/bar', ['/foo/bar/', '~/foo/bar$']],
    ['Exact', '/foo', ['~/foo$']],
    ['Exact', '/foo/', ['~/foo/$']],
    ['Exact', '/', ['~/$']],
    ['ImplementationSpecific', '/foo', ['/foo']],
    ['ImplementationSpecific', '/~/foo/\\d{3}', ['~/foo/\\d{3}']],
    ['Prefix', '/~user', ['~user/', '~/~user$']],
  ])('%s %s', (type, path, paths) => {
    expect(classicPaths(planned(path, type), '/~')).toEqual(paths);
  });

  it('takes another mark of regular expressions', () => {
    expect(classicPaths(planned('/@/v\\d', 'ImplementationSpecific'), '/@')).toEqual(['~/v\\d']);
    expect(classicPaths(planned('/~/v\\d', 'ImplementationSpecific'), '/@')).toEqual(['/~/v\\d']);
  });
});

describe('badPaths', () => {
  const good = planned('/fine', 'Prefix');
  const regex = planned('/~/(open', 'ImplementationSpecific');
  const plain = planned('/a b', 'ImplementationSpecific');

  it('tells which paths Kong refuses', () => {
    expect([...badPaths(plan(good, regex, good), '/~').keys()]).toEqual([regex]);
    expect(badPaths(plan(good), '/~').size).toBe(0);
  });

  it('looks at regular expressions alone where asked', () => {
    expect([...badRegexes(plan(good, plain, regex), '/~').keys()]).toEqual([regex]);
    expect(badRegexes(plan(good), '/~').size).toBe(0);
  });
});
