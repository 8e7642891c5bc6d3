import type { Plugin } from 'rolldown';

/** As rolldown writes imports of Node's modules. */
const IMPORT = /^import (?:\* as )?([\w$]+)?(?:, )?(?:\{([^}]*)\})? ?from "(node:[\w/]+)";$/gm;

/**
 * Takes Node's own modules by `process.getBuiltinModule`. Imported as modules of the language they cost all that they may ever
 * need, since Node then reads each of their exports: those of `node:http` load an HTTP client, which is a sixth of the time
 * that a proxy takes to start, and ten megabytes.
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
export function builtInModules(): Plugin {
  return { name: 'gibbon-built-in-modules', renderChunk: (code) => withoutBuiltInImports(code) };
}

/** Code whose imports of Node's modules are variables. Imports are at the beginning, so that nothing runs before. */
export function withoutBuiltInImports(code: string): string {
  return code.replaceAll(IMPORT, (_statement, whole: string | undefined, names: string | undefined, module: string) => {
    const value = `process.getBuiltinModule("${module}")`;
    const parts = names === undefined ? [] : [`var {${names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$1: $2')}} = ${value};`];
    return [...(whole === undefined ? [] : [`var ${whole} = ${value};`]), ...parts].join(' ');
  });
}
