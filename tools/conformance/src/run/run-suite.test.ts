import { describe, expect, it } from 'vitest';
import { suiteArguments, type SuiteRun } from './run-suite.ts';

const RUN: SuiteRun = {
  gatewayClass: 'gibbon',
  profiles: ['GATEWAY-HTTP', 'GATEWAY-TLS'],
  features: ['Gateway', 'HTTPRoute'],
  tests: [],
  skippedTests: [],
  parallel: 2,
  keep: false,
  folder: '/logs',
  version: '1.2.3',
  ended: () => {},
};

describe('suiteArguments', () => {
  it('runs the suite, and not the tests of its own library', () => {
    expect(suiteArguments(RUN, '/logs/report.yaml')).toEqual(
      expect.arrayContaining([
        '-test.run=^TestConformance$',
        '-test.parallel=2',
        '--gateway-class=gibbon',
        '--conformance-profiles=GATEWAY-HTTP,GATEWAY-TLS',
        '--supported-features=Gateway,HTTPRoute',
        '--cleanup-base-resources=true',
        '--report-output=/logs/report.yaml',
        '--version=1.2.3',
      ]),
    );
  });

  it('runs named tests alone, by their whole names', () => {
    const [filter = ''] = suiteArguments({ ...RUN, tests: ['HTTPRouteMatching', 'GatewayOne'] }, '/logs/report.yaml');
    expect(filter).toBe('-test.run=^TestConformance$/^(HTTPRouteMatching|GatewayOne)$');
  });
});
