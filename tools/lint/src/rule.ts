/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as the rules here look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** A comment; `Block` comments that start with `*` are doc comments. */
export interface Comment {
  readonly type: string;
  readonly value: string;
}

/** What a rule is given for one file. */
export interface RuleContext {
  /** Absolute path. */
  readonly filename: string;
  readonly options: readonly unknown[];
  readonly sourceCode: { getCommentsBefore(node: Node): readonly Comment[] };
  report(problem: { readonly node: Node; readonly message: string }): void;
}

/** Functions by node type, called for each node of that type. */
export type Visitor = Readonly<Record<string, (node: Node) => void>>;

/** A lint rule in the shape that Oxlint loads (ESLint's). */
export interface Rule {
  readonly meta?: {
    readonly type: 'problem' | 'suggestion';
    readonly docs: { readonly description: string };
    readonly schema?: readonly unknown[];
  };
  create(context: RuleContext): Visitor;
}

const TEST_NAME = /(?:\.(?:test|bench|contract|test-d|test-support)|\/testing)\.[jt]s$/;
const TEST_FOLDER = /\/src\/(?:.*\/)?(?:testing|contract-suite)\//;

/** Whether a file is test code: allowed to reach the testing libraries, and not published. */
export function isTestFile(filename: string): boolean {
  const path = filename.replaceAll('\\', '/');
  return TEST_NAME.test(path) || TEST_FOLDER.test(path);
}

/** Calls `visit` with every module that a file names: imports, re-exports and `import()` of a constant, types included. */
export function visitImports(visit: (specifier: string, node: Node) => void): Visitor {
  const literal = (node: Node): void => {
    const source = node['source'] as Node | null | undefined;
    if (source?.type === 'Literal' && typeof source['value'] === 'string') visit(source['value'], source);
  };
  return { ImportDeclaration: literal, ExportNamedDeclaration: literal, ExportAllDeclaration: literal, ImportExpression: literal };
}

/** The package of a specifier, e.g. `@gibbon/contracts` of `@gibbon/contracts/errors`; `null` for relative paths and Node's own modules. */
export function packageOf(specifier: string): string | null {
  if (/^(?:\.|\/|node:|#)/.test(specifier)) return null;
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}
