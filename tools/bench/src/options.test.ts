import { describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { parseOptions } from './options.ts';

describe('options', () => {
  it('has defaults for an honest run', () => {
    expect(parseOptions([])).toEqual({ json: null, rounds: 5, seconds: 5, connections: 64, only: [], profile: false });
  });

  it('reads flags', () => {
    expect(
      parseOptions(['--rounds', '7', '--seconds=2', '--connections', '8', '--json', 'x.json', '--only', 'direct,envoy', '--profile']),
    ).toEqual({
      json: 'x.json',
      rounds: 7,
      seconds: 2,
      connections: 8,
      only: ['direct', 'envoy'],
      profile: true,
    });
  });

  it.each([[['--rounds', '0']], [['--seconds', '1.5']], [['--connections', 'many']], [['--unknown']], [['stray']]])(
    'refuses %j',
    (args) => {
      expect(parseOptions(args)).toHaveProperty('problem');
    },
  );
});

describe('main', () => {
  it.each([
    [['list'], 0],
    [['--help'], 0],
    [[], 2],
    [['nothing'], 2],
    [['proxy', '--unknown'], 2],
  ] as const)('%j exits with %i', async (args, code) => {
    expect(await main(args)).toBe(code);
  });
});
