import { describe, expect, it } from 'vitest';
import { knownNames, testedFeatures } from './feature-names.ts';

describe('knownNames', () => {
  it('keeps what the suite knows, in order and once', () => {
    expect(knownNames(['HTTPRoute', 'Newer', 'Gateway', 'HTTPRoute'], ['Gateway', 'HTTPRoute', 'Mesh'])).toEqual(['Gateway', 'HTTPRoute']);
  });

  it('has a feature that was renamed under the name that the suite knows', () => {
    expect(knownNames(['HTTPRouteRetryCodes'], ['HTTPRouteRetry'])).toEqual(['HTTPRouteRetry']);
    expect(knownNames(['HTTPRouteRetryCodes'], ['HTTPRouteRetry', 'HTTPRouteRetryCodes'])).toEqual(['HTTPRouteRetryCodes']);
    expect(knownNames(['HTTPRouteRetry', 'HTTPRouteRetryCodes'], ['HTTPRouteRetryCodes'])).toEqual(['HTTPRouteRetryCodes']);
  });
});

describe('testedFeatures', () => {
  const tests = [
    { name: 'One', features: ['Gateway', 'HTTPRouteRetry'] },
    { name: 'Two', features: ['Gateway'] },
  ];

  it('are those that a test needs, by the names by which they were given', () => {
    const known = ['Gateway', 'HTTPRouteRetry', 'HTTPRouteCORS'];
    expect(testedFeatures(['Gateway', 'HTTPRouteCORS', 'HTTPRouteRetryCodes', 'Newer'], tests, known)).toEqual([
      'Gateway',
      'HTTPRouteRetryCodes',
    ]);
  });
});
