import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('runs the profile for HTTP with what the class claims in a testbed of its own when nothing is said', () => {
    expect(parseOptions([])).toEqual({
      kind: 'run',
      profiles: ['GATEWAY-HTTP'],
      features: null,
      tests: [],
      skippedTests: [],
      subset: null,
      definitions: null,
      report: null,
      logs: null,
      parallel: null,
      testbed: null,
      install: true,
      gatewayClass: 'gibbon',
      keep: false,
    });
  });

  it('reads lists, numbers and switches', () => {
    const args = [
      '--profiles',
      'GATEWAY-HTTP,GATEWAY-TLS',
      '--features=HTTPRouteCORS, GatewayPort8080',
      '--skip-tests',
      'A,B',
      '--parallel',
      '4',
      '--keep',
    ];
    expect(parseOptions(args)).toMatchObject({
      profiles: ['GATEWAY-HTTP', 'GATEWAY-TLS'],
      features: ['HTTPRouteCORS', 'GatewayPort8080'],
      skippedTests: ['A', 'B'],
      parallel: 4,
      keep: true,
    });
  });

  it('takes definitions of the standard channel unless the other one is meant', () => {
    expect(parseOptions(['--definitions', '1.6.3'])).toMatchObject({ definitions: { version: '1.6.3', channel: 'standard' } });
    expect(parseOptions(['--definitions', '1.6.3/experimental'])).toMatchObject({ definitions: { channel: 'experimental' } });
  });

  it('takes no features for none, which is something else than those that are claimed', () => {
    expect(parseOptions(['--features', ''])).toMatchObject({ features: [] });
  });

  it.each([
    [['--parallel', '0'], /number of tests from 1, not '0'/],
    [['--parallel', 'many'], /not 'many'/],
    [['--subset', 'long'], /no subset 'long', there are: short/],
    [['--subset', 'short', '--run-test', 'A'], /give one/],
    [['--definitions', 'v1.7'], /a release such as .*, not 'v1\.7'/],
    [['--no-install'], /needs --testbed/],
    [['--nothing'], /--nothing/],
    [['destroy'], /no command 'destroy'/],
    [['build', '--keep'], /no command 'build --keep'/],
  ])('refuses %j', (args, problem) => {
    expect(parseOptions(args)).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it.each(['build', 'document', 'help'])('knows the command %s', (kind) => {
    expect(parseOptions([kind])).toEqual({ kind });
  });
});
