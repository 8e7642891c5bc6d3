import { createToken, defineModule, defineService, MODULES, optional, type ConfigResult } from '@gibbon/contracts/module';
import type { Balancer } from '@gibbon/contracts/balancer';
import type { Logger } from '@gibbon/contracts/services';
import { describe, expect, test } from 'vitest';
import { BootError, Host } from './index.ts';

const silent: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
  isLevelEnabled: () => false,
  child: () => silent,
};
const origin = { packageName: '@acme/modules', packageVersion: '1.2.3' };
const GREETING = createToken<{ readonly text: string }>('test/greeting@1');
const MISSING = createToken<object>('test/missing@1');

/** Accepts an object whose `n` is a number; reports two problems otherwise. */
const compileSchema =
  () =>
  (raw: unknown): ConfigResult =>
    typeof (raw as { n?: unknown })?.n === 'number'
      ? { ok: true, config: raw }
      : {
          ok: false,
          problems: [
            { path: 'n', message: 'expected a number' },
            { path: 'm', message: 'unknown field' },
          ],
        };

class Named implements Balancer {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  update(): void {}
  pick(): null {
    return null;
  }
}

function balancer(id: string, requires = {}) {
  return defineModule({
    kind: 'balancer',
    id: `balancer.${id}`,
    summary: 'For tests.',
    config: { type: 'object' },
    requires,
    traits: {},
    create: ({ deps }: { deps: Record<string, unknown> }) => new Named(JSON.stringify(deps)),
  });
}

function newHost(): Host {
  return new Host({ log: silent, compileSchema });
}

/** The problems of a boot that must fail, as lines. */
function bootProblems(host: Host): string[] {
  try {
    host.boot();
  } catch (error) {
    if (error instanceof BootError) return error.problems.map(({ subject, message }) => `${subject}: ${message}`);
    throw error;
  }
  throw new Error('booted');
}

describe('modules', () => {
  test('are found by kind and name and listed with their package', () => {
    const host = newHost();
    host.use([balancer('a'), balancer('b')], origin);
    host.boot();
    expect(host.modules.find('balancer', 'b')?.id).toBe('balancer.b');
    expect(host.modules.find('plugin', 'b')).toBeNull();
    expect(host.list().map((entry) => [entry.definition.id, entry.packageName, entry.packageVersion])).toEqual([
      ['balancer.a', '@acme/modules', '1.2.3'],
      ['balancer.b', '@acme/modules', '1.2.3'],
    ]);
  });

  test('report every mistake at once and make nothing', () => {
    const host = newHost();
    let made = false;
    host.bind(defineService({ token: GREETING, summary: 'Greets.', create: () => ((made = true), { text: 'hello' }) }));
    host.use(
      [balancer('a'), balancer('a'), { $$type: 'gibbon/Module', api: 2, id: 'balancer.z' }, 'nonsense', { ...balancer('x'), summary: ' ' }],
      origin,
    );
    host.use([balancer('needs', { missing: MISSING })], origin);
    host.select({ kind: 'balancer', name: 'a', config: { n: 'one' } });
    host.select({ kind: 'balancer', name: 'needs', config: { n: 1 } });
    host.select({ kind: 'balancer', name: 'gone', config: {} });
    const problems = bootProblems(host);
    expect(problems).toEqual([
      'balancer.a: is already provided by @acme/modules@1.2.3; to take its place, replace it by name',
      '@acme/modules@1.2.3: balancer.z is written for version 2 of the module contract; this build has version 1',
      '@acme/modules@1.2.3: exports something that is not a definition; make it with defineModule(), definePlugin() or defineService()',
      '@acme/modules@1.2.3: balancer.x: summary must say in one sentence what the module does',
      'balancer.needs: requires "missing" (test/missing@1), which nothing in this build provides',
      'balancer.a: n: expected a number',
      'balancer.a: m: unknown field',
      'balancer.gone: is not in this build; there is balancer.a, balancer.needs',
    ]);
    expect(made).toBe(false);
  });

  test('that are not selected, where others of their kind are, need nothing', () => {
    const host = newHost();
    host.use([balancer('a'), balancer('needs', { missing: MISSING })], origin);
    host.select({ kind: 'balancer', name: 'a', config: { n: 1 } });
    expect(() => host.boot()).not.toThrow();
  });

  test('that run elsewhere are known: found and checked, but neither listed nor required to be complete', () => {
    const host = newHost();
    host.use([balancer('a')], origin);
    host.know([balancer('remote', { missing: MISSING })], origin);
    host.boot();
    expect(host.modules.find('balancer', 'remote')?.id).toBe('balancer.remote');
    expect(host.modules.list('balancer').map(({ id }) => id)).toEqual(['balancer.a', 'balancer.remote']);
    expect(host.list().map(({ definition }) => definition.id)).toEqual(['balancer.a']);
  });

  test('can be replaced and left out by id', () => {
    const host = newHost();
    const other = { ...balancer('a'), summary: 'Another.' };
    host.use([balancer('a'), balancer('b')], origin);
    host.replace(other, { packageName: '@other/a', packageVersion: '2.0.0' });
    host.without('balancer.b');
    host.boot();
    expect(host.modules.find('balancer', 'a')).toBe(other);
    expect(host.modules.find('balancer', 'b')).toBeNull();
  });

  test('that are created get their dependencies, absent optional ones as null', () => {
    const host = newHost();
    host.bindValue(GREETING, { text: 'hello' }, 'Greets.');
    host.use([balancer('a', { greeting: GREETING, maybe: optional(MISSING) })], origin);
    host.select({ kind: 'balancer', name: 'a', config: { n: 1 } });
    host.boot();
    expect((host.instance('balancer', 'a') as Named).name).toBe('{"greeting":{"text":"hello"},"maybe":null}');
  });

  test('whose create throws release what they had opened', async () => {
    const host = newHost();
    let released = false;
    host.use(
      [
        defineModule({
          kind: 'balancer',
          id: 'balancer.bad',
          summary: 'Fails.',
          config: { type: 'object' },
          requires: {},
          traits: {},
          create: ({ scope }) => {
            scope.own(() => void (released = true));
            throw new Error('no luck');
          },
        }),
      ],
      origin,
    );
    host.select({ kind: 'balancer', name: 'bad', config: { n: 1 } });
    expect(() => host.boot()).toThrow(/balancer\.bad could not be created: no luck/);
    await host.stop();
    expect(released).toBe(true);
  });
});

describe('services', () => {
  test('are made once, replaced and decorated by extensions', () => {
    const host = newHost();
    let made = 0;
    host.bind(defineService({ token: GREETING, summary: 'Greets.', create: () => ({ text: `hello ${++made}` }) }));
    host.use(
      [
        defineService({ token: GREETING, mode: 'decorate', summary: 'Shouts.', create: ({ inner }) => ({ text: `${inner!.text}!` }) }),
        defineService({ token: GREETING, mode: 'replace', summary: 'Greets elsewhere.', create: () => ({ text: `salut ${++made}` }) }),
      ],
      origin,
    );
    host.boot();
    expect(host.resolve(GREETING).text).toBe('salut 1!');
    expect(host.resolve(GREETING)).toBe(host.resolve(GREETING));
  });

  test('per module know who asks', () => {
    const host = newHost();
    host.bind(defineService({ token: GREETING, per: 'module', summary: 'Greets.', create: ({ owner }) => ({ text: `hello ${owner}` }) }));
    host.use([balancer('a', { greeting: GREETING }), balancer('b', { greeting: GREETING })], origin);
    host.select({ kind: 'balancer', name: 'a', config: { n: 1 } });
    host.select({ kind: 'balancer', name: 'b', config: { n: 1 } });
    host.boot();
    expect((host.instance('balancer', 'a') as Named).name).toContain('hello balancer.a');
    expect((host.instance('balancer', 'b') as Named).name).toContain('hello balancer.b');
  });

  test('that require each other are refused with the cycle', () => {
    const A = createToken<object>('test/a@1');
    const B = createToken<object>('test/b@1');
    const host = newHost();
    host.bind(defineService({ token: A, summary: 'A.', requires: { b: B }, create: () => ({}) }));
    host.bind(defineService({ token: B, summary: 'B.', requires: { a: A }, create: () => ({}) }));
    expect(bootProblems(host)).toEqual(['test/a@1: requires itself: test/a@1 -> test/b@1 -> test/a@1']);
  });

  test('include the registry itself', () => {
    const host = newHost();
    host.boot();
    expect(host.resolve(MODULES)).toBe(host.modules);
  });
});

describe('lifecycle', () => {
  test('starts in order and stops in reverse, then releases', async () => {
    const order: string[] = [];
    const host = newHost();
    host.add({ name: 'one', start: () => void order.push('start one'), stop: () => void order.push('stop one') });
    host.add({ name: 'two', start: () => void order.push('start two'), stop: () => void order.push('stop two') });
    host.boot();
    host.scope.own(() => void order.push('release'));
    await host.start();
    await host.stop();
    await host.stop();
    expect(order).toEqual(['start one', 'start two', 'stop two', 'stop one', 'release']);
  });

  test('stops what had started when a start fails', async () => {
    const order: string[] = [];
    const host = newHost();
    host.add({ name: 'one', stop: () => void order.push('stop one') });
    host.add({
      name: 'two',
      start: () => Promise.reject(new Error('port in use')),
      stop: () => void order.push('stop two'),
    });
    host.add({ name: 'three', start: () => void order.push('start three') });
    host.boot();
    await expect(host.start()).rejects.toThrow('port in use');
    expect(order).toEqual(['stop two', 'stop one']);
  });
});
