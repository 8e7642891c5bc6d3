import { isTestFile, packageOf, visitImports, type Rule } from '../rule.ts';

/** Packages that one library wraps for everybody else. */
const RESERVED: Readonly<Record<string, string>> = {
  '@sinclair/typebox': 'libs/shared/schema',
  pino: 'libs/shared/logging',
  'pino-pretty': 'libs/shared/logging',
  'reflect-metadata': 'libs/kernel',
  tsyringe: 'libs/kernel',
  typebox: 'libs/shared/schema',
  undici: 'libs/shared/http-client',
};

/** Each of these dependencies has one user, so that it can be replaced in one place. */
export const reservedImports: Rule = {
  meta: { type: 'problem', docs: { description: 'A wrapped dependency is imported by its wrapper alone.' } },
  create(context) {
    const path = context.filename.replaceAll('\\', '/');
    if (isTestFile(path) || !/\/(?:libs|apps)\//.test(path)) return {};
    return visitImports((specifier, node) => {
      const name = packageOf(specifier);
      const owner = name === null ? undefined : RESERVED[name];
      if (owner === undefined || path.includes(`/${owner}/`)) return;
      context.report({ node, message: `"${name}" is imported by ${owner} alone; use what that library offers.` });
    });
  },
};
