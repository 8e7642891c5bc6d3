/** What a suite is made of, as its sources say. */
export interface SuiteFacts {
  /** Short names of its tests, in alphabetical order. */
  readonly tests: readonly string[];
  /** Features of gateways that it knows. */
  readonly features: readonly string[];
  /** Images that its manifests for gateways ask for. */
  readonly images: readonly string[];
}

/** Short names of the tests that a Go file declares. */
export function testNames(source: string): readonly string[] {
  return [...source.matchAll(/^\s*ShortName:\s*"([^"]+)"/gm)].map((match) => match[1] as string);
}

/** Features that a Go file of the package `features` names: constants whose names begin with `Support`. */
export function featureNames(source: string): readonly string[] {
  return [...source.matchAll(/^\s*Support\w+\s+(?:FeatureName\s*)?=\s*"(\w+)"/gm)].map((match) => match[1] as string);
}

/** Images that the pods of a manifest run, without repetition. */
export function manifestImages(manifest: string): readonly string[] {
  const images = [...manifest.matchAll(/^\s*(?:-\s+)?image:\s*["']?([^\s"'#]+)/gm)].map((match) => match[1] as string);
  return [...new Set(images)];
}
