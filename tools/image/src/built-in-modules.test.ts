import { describe, expect, it } from 'vitest';
import { withoutBuiltInImports } from './built-in-modules.ts';

describe('imports of modules of Node', () => {
  it.each([
    ['import { createServer } from "node:http";', 'var { createServer } = process.getBuiltinModule("node:http");'],
    ['import { a, b as b$1 } from "node:fs/promises";', 'var { a, b: b$1 } = process.getBuiltinModule("node:fs/promises");'],
    ['import * as os$1 from "node:os";', 'var os$1 = process.getBuiltinModule("node:os");'],
    ['import os from "node:os";', 'var os = process.getBuiltinModule("node:os");'],
    [
      'import os, { hostname } from "node:os";',
      'var os = process.getBuiltinModule("node:os"); var { hostname } = process.getBuiltinModule("node:os");',
    ],
  ])('become variables: %s', (code, expected) => {
    expect(withoutBuiltInImports(`// first\n${code}\nrest();\n`)).toBe(`// first\n${expected}\nrest();\n`);
  });

  it('are told from others', () => {
    const code = 'import { a } from "./other.js";\nimport "node:http";\nconst text = `import x from "y"`;\nexport { b } from "node:os";\n';
    expect(withoutBuiltInImports(code)).toBe(code);
  });
});
