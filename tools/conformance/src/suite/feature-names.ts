/** Names that a feature has had, the newest first. */
const RENAMED: readonly (readonly string[])[] = [
  ['GatewayInfrastructure', 'GatewayInfrastructurePropagation'],
  ['HTTPRouteRetryCodes', 'HTTPRouteRetry'],
];

/** Claimed features as a suite can be told of them. */
export interface TestedFeatures {
  /** By the suite's names. */
  readonly tested: readonly string[];
  /** Claimed, and unknown to the suite under any name: newer than it is. */
  readonly unknown: readonly string[];
}

/**
 * What of the claimed features a suite tests.
 * @param claimed by the names of any release. @param known by the suite.
 */
export function testedFeatures(claimed: readonly string[], known: readonly string[]): TestedFeatures {
  const tested: string[] = [];
  const unknown: string[] = [];
  for (const feature of claimed) {
    const names = RENAMED.find((group) => group.includes(feature)) ?? [feature];
    const name = [feature, ...names].find((each) => known.includes(each));
    if (name !== undefined) tested.push(name);
    else unknown.push(feature);
  }
  return { tested: [...new Set(tested)].sort(), unknown: unknown.sort() };
}
