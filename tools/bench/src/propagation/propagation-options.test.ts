import { describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { UsageError } from '../benchmark.ts';
import { parsePropagationOptions, SCENARIOS } from './propagation-options.ts';

describe('options of the propagation benchmark', () => {
  it('measure everything at the size of the published tests', () => {
    expect(parsePropagationOptions([])).toEqual({
      routes: 5000,
      probes: 300,
      intervalMs: 3,
      attached: 1000,
      changes: 500,
      seconds: 60,
      workers: 0,
      only: SCENARIOS,
      json: null,
      profile: null,
    });
  });

  it('are read from flags, scenarios in the order in which they run', () => {
    const args = ['--routes', '100', '--interval-ms=5', '--workers', '0', '--only', 'scale,probe', '--json', 'x.json', '--profile', 'p'];
    expect(parsePropagationOptions(args)).toMatchObject({
      routes: 100,
      intervalMs: 5,
      workers: 0,
      only: ['probe', 'scale'],
      json: 'x.json',
      profile: 'p',
    });
  });

  it.each([
    [['--routes', '0'], '--routes takes a whole number from 1 to 20000'],
    [['--routes', '20001'], '--routes takes'],
    [['--seconds', 'many'], '--seconds takes'],
    [['--only', 'probe,nothing'], "--only takes probe, change, attached, scale, restart, not 'nothing'"],
    [['--unknown'], '--unknown'],
    [['stray'], 'stray'],
  ])('refuse %j', (args, message) => {
    expect(() => parsePropagationOptions(args)).toThrow(UsageError);
    expect(() => parsePropagationOptions(args)).toThrow(message);
  });

  it('are checked before anything starts', async () => {
    expect(await main(['propagation', '--routes', 'none'])).toBe(2);
  });
});
