import { isTestFile, packageOf, visitImports, type Rule } from '../rule.ts';

/** Packages that a library wraps for everybody else. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  '@sinclair/typebox': ['libs/shared/schema'],
  pino: ['libs/shared/logging'],
  'pino-pretty': ['libs/shared/logging'],
  'reflect-metadata': ['libs/kernel'],
  tsyringe: ['libs/kernel'],
  typebox: ['libs/shared/schema'],
  undici: ['libs/shared/http-client', 'libs/k8s/client'],
};

/** Such a dependency is used in one place, so that it can be replaced there. */
export const reservedImports: Rule = {
  meta: { type: 'problem', docs: { description: 'A wrapped dependency is imported by its wrapper alone.' } },
  create(context) {
    const path = context.filename.replaceAll('\\', '/');
    if (isTestFile(path) || !/\/(?:libs|apps)\//.test(path)) return {};
    return visitImports((specifier, node) => {
      const name = packageOf(specifier);
      const owners = name === null ? undefined : RESERVED[name];
      if (owners === undefined || owners.some((owner) => path.includes(`/${owner}/`))) return;
      context.report({ node, message: `"${name}" is imported by ${owners.join(' and ')} alone; use what that library offers.` });
    });
  },
};
