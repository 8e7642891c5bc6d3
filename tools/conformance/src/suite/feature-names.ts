import type { SuiteTest } from './sources.ts';

/** Names that a feature has had, the newest first. */
const RENAMED: readonly (readonly string[])[] = [
  ['GatewayInfrastructure', 'GatewayInfrastructurePropagation'],
  ['HTTPRouteRetryCodes', 'HTTPRouteRetry'],
];

/** The name under which a suite knows a feature, `null` where it does not: then the feature is newer than the suite. */
export function knownName(feature: string, known: readonly string[]): string | null {
  const names = RENAMED.find((group) => group.includes(feature)) ?? [];
  return [feature, ...names].find((name) => known.includes(name)) ?? null;
}

/** Features by the names that a suite has for them, without those that it does not know. */
export function knownNames(features: readonly string[], known: readonly string[]): readonly string[] {
  return [...new Set(features.flatMap((feature) => knownName(feature, known) ?? []))].sort();
}

/**
 * The features that at least one test needs.
 * @param features by the names of any release, by which they are returned. @param tests those that count. @param known by the suite.
 */
export function testedFeatures(features: readonly string[], tests: readonly SuiteTest[], known: readonly string[]): readonly string[] {
  const needed = new Set(tests.flatMap((test) => test.features));
  return features.filter((feature) => needed.has(knownName(feature, known) ?? ''));
}
