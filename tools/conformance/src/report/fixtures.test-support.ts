import type { RunFacts } from './run-facts.ts';

/** A report of two profiles, one of them with a failure. */
export const REPORT = `apiVersion: gateway.networking.k8s.io/v1
date: "2026-01-02T03:04:05Z"
gatewayAPIChannel: UNDEFINED
gatewayAPIVersion: UNDEFINED
implementation:
  contact:
  - https://example.com
  organization: example
  project: example
  url: https://example.com
  version: 1.2.3
kind: ConformanceReport
mode: default
profiles:
- core:
    result: success
    statistics:
      Failed: 0
      Passed: 11
      Skipped: 0
  name: GATEWAY-TLS
  summary: Core tests succeeded.
- core:
    failedTests:
    - HTTPRouteWeight
    result: failure
    statistics:
      Failed: 1
      Passed: 32
      Skipped: 0
  extended:
    result: partial
    skippedTests:
    - HTTPRouteCORS
    statistics:
      Failed: 0
      Passed: 9
      Skipped: 1
    supportedFeatures:
    - HTTPRouteCORS
  name: GATEWAY-HTTP
  summary: Core tests failed with 1 test failures. Extended tests partially succeeded with 1 test skips.
`;

/** The facts that go with it. */
export const FACTS: RunFacts = {
  suite: '1.0.0',
  definitions: { version: '1.1.0', channel: 'standard' },
  kubernetes: 'v1.2.0',
  claimed: ['Gateway', 'HTTPRouteCORS', 'Newer'],
  tested: ['Gateway', 'HTTPRouteCORS'],
  parallel: 2,
  seconds: 125,
  tests: [
    { name: 'HTTPRouteCORS', outcome: 'skipped' },
    { name: 'HTTPRouteMatching', outcome: 'passed' },
    { name: 'HTTPRouteWeight', outcome: 'failed' },
  ],
};
