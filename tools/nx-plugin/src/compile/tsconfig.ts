import { posix } from 'node:path';

/** What the compiler is asked for: errors alone, or also the files that are published. */
export type CompileMode = 'typecheck' | 'build';

/** The part of a tsconfig.json that is written here. */
export interface CompilerConfiguration {
  readonly extends: string;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

/** Test code; lint knows the same (tools/lint/src/rule.ts). */
const NOT_PUBLISHED = ['*.test.ts', '*.test-d.ts', '*.test-support.ts', 'testing.ts', '*.bench.ts', 'testing/**', 'contract-suite/**'];

/**
 * The compiler configuration of one project, so that no project needs a file of its own.
 * @param root folder of the project from the workspace's root.
 * @param folder folder of the configuration from the workspace's root; paths are relative to it.
 */
export function compilerConfiguration(mode: CompileMode, root: string, folder: string): CompilerConfiguration {
  const at = (path: string): string => posix.relative(folder, path);
  const source = `${at(root)}/src`;
  const base = at('tsconfig.base.json');
  if (mode === 'typecheck') return { extends: base, compilerOptions: {}, include: [source] };
  return {
    extends: base,
    compilerOptions: {
      noEmit: false,
      noEmitOnError: true,
      rootDir: source,
      outDir: `${at(root)}/dist`,
      // Dependencies are read as their users read them: from what was built, not from source.
      customConditions: [],
    },
    include: [source],
    exclude: NOT_PUBLISHED.map((pattern) => `${source}/**/${pattern}`),
  };
}
