/** A test of a suite. */
export interface SuiteTest {
  /** Its short name. */
  readonly name: string;
  /** Features without which it does not run. */
  readonly features: readonly string[];
}

/** What a suite is made of, as its sources say. */
export interface SuiteFacts {
  /** In alphabetical order. */
  readonly tests: readonly SuiteTest[];
  /** Features of gateways that it knows. */
  readonly features: readonly string[];
  /** Images that its manifests for gateways ask for. */
  readonly images: readonly string[];
}

/** The tests that a Go file declares: a short name, then somewhere a list of constants such as `features.SupportGateway`. */
export function declaredTests(source: string): readonly SuiteTest[] {
  const [, ...declarations] = source.split(/^\s*ShortName:/m);
  return declarations.map((declaration) => {
    const name = /"([^"]+)"/.exec(declaration)?.[1] ?? '';
    const list = /^\s*Features:\s*\[\]features\.FeatureName\{([^}]*)\}/m.exec(declaration)?.[1] ?? '';
    return { name, features: [...list.matchAll(/features\.Support(\w+)/g)].map((match) => match[1] as string) };
  });
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
