import { describe, expect, it } from 'vitest';
import { testedFeatures } from './feature-names.ts';

describe('testedFeatures', () => {
  it('keeps what the suite knows, in order and once', () => {
    expect(testedFeatures(['HTTPRoute', 'Gateway', 'HTTPRoute'], ['Gateway', 'HTTPRoute', 'Mesh'])).toEqual({
      tested: ['Gateway', 'HTTPRoute'],
      unknown: [],
    });
  });

  it('tests a feature that was renamed under the name that the suite has for it', () => {
    expect(testedFeatures(['HTTPRouteRetryCodes'], ['HTTPRouteRetry']).tested).toEqual(['HTTPRouteRetry']);
    expect(testedFeatures(['HTTPRouteRetryCodes'], ['HTTPRouteRetry', 'HTTPRouteRetryCodes']).tested).toEqual(['HTTPRouteRetryCodes']);
    expect(testedFeatures(['HTTPRouteRetry', 'HTTPRouteRetryCodes'], ['HTTPRouteRetryCodes'])).toEqual({
      tested: ['HTTPRouteRetryCodes'],
      unknown: [],
    });
  });

  it('tells which claims the suite is too old for', () => {
    expect(testedFeatures(['Gateway', 'Newer'], ['Gateway'])).toEqual({ tested: ['Gateway'], unknown: ['Newer'] });
  });
});
