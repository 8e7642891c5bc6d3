/** Features that the Gateway API has renamed since the release of the suite, by their new names. */
const OLD_NAMES: Readonly<Record<string, string>> = { HTTPRouteRetryCodes: 'HTTPRouteRetry' };

/** Claimed features as a suite can be told of them. */
export interface TestedFeatures {
  /** By the suite's names. */
  readonly tested: readonly string[];
  /** Claimed, and unknown to the suite: newer than it is. */
  readonly unknown: readonly string[];
}

/**
 * What of the claimed features a suite tests.
 * @param claimed by the names of the newest release. @param known by the suite.
 */
export function testedFeatures(claimed: readonly string[], known: readonly string[]): TestedFeatures {
  const tested: string[] = [];
  const unknown: string[] = [];
  for (const feature of claimed) {
    const name = known.includes(feature) ? feature : (OLD_NAMES[feature] ?? feature);
    if (known.includes(name)) tested.push(name);
    else unknown.push(feature);
  }
  return { tested: [...new Set(tested)].sort(), unknown: unknown.sort() };
}
