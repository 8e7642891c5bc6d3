import { describe, expect, it } from 'vitest';
import { missingPackages, missingRequirement, type Surroundings } from './requirements.ts';
import { DEBIAN_PACKAGES } from './versions.ts';

const fit: Surroundings = { platform: 'linux', userId: 0, goVersion: 'go1.26.8', built: false };

describe('missingRequirement', () => {
  it.each<[string, Partial<Surroundings>, string | null]>([
    ['a fit machine', {}, null],
    ['a newer Go', { goVersion: 'go1.31rc1' }, null],
    ['a much newer Go', { goVersion: 'go2.0' }, null],
    ['no Go where everything is built', { goVersion: null, built: true }, null],
    ['another system', { platform: 'darwin' }, 'a testbed needs Linux, this is darwin'],
    ['an ordinary user', { userId: 1000, built: true }, 'a testbed needs root: it makes namespaces, cgroups and containers'],
    ['no Go', { goVersion: null }, 'a testbed needs Go 1.26 or newer once, to build Kubernetes: there is no go in PATH'],
    ['an old Go', { goVersion: 'go1.9.7' }, 'a testbed needs Go 1.26 or newer once, to build Kubernetes: this is go1.9.7'],
    [
      'a Go that calls itself something else',
      { goVersion: 'devel' },
      'a testbed needs Go 1.26 or newer once, to build Kubernetes: this is devel',
    ],
  ])('%s', (_, difference, problem) => {
    expect(missingRequirement({ ...fit, ...difference })).toBe(problem);
  });
});

describe('missingPackages', () => {
  it('names the packages whose program is absent', () => {
    expect(missingPackages(() => true)).toEqual([]);
    expect(missingPackages(() => false)).toEqual(Object.keys(DEBIAN_PACKAGES));
    expect(missingPackages((path) => path !== DEBIAN_PACKAGES['runc'])).toEqual(['runc']);
  });
});
