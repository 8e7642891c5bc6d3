import { declaredDependencies } from './boundaries/declared-dependencies.ts';
import { moduleBoundaries } from './boundaries/module-boundaries.ts';
import { reservedImports } from './boundaries/reserved-imports.ts';
import { documentedExports } from './rules/documented-exports.ts';
import { erasableSyntax } from './rules/erasable-syntax.ts';
import { fileName } from './rules/file-name.ts';

/** The house rules as an Oxlint plugin; switched on in `.oxlintrc.json`. */
export default {
  meta: { name: 'gibbon' },
  rules: {
    'declared-dependencies': declaredDependencies,
    'documented-exports': documentedExports,
    'erasable-syntax': erasableSyntax,
    'file-name': fileName,
    'module-boundaries': moduleBoundaries,
    'reserved-imports': reservedImports,
  },
};
