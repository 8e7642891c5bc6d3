import type { Node, Rule, RuleContext } from '../rule.ts';

function reporter(context: RuleContext, message: string): (node: Node) => void {
  return (node) => context.report({ node, message });
}

/** Node runs the sources by erasing types: nothing that TypeScript would have to translate. */
export const erasableSyntax: Rule = {
  meta: { type: 'problem', docs: { description: 'No enums, namespaces, decorators or parameter properties.' } },
  create(context) {
    return {
      TSEnumDeclaration: reporter(context, 'No enum: use a const object, `as const`, or a union of strings.'),
      Decorator: reporter(context, 'No decorators: name dependencies in `requires`.'),
      TSParameterProperty: reporter(context, 'No parameter properties: declare the field and assign it.'),
      TSImportEqualsDeclaration: reporter(context, 'No `import x = require()`: use an ES import.'),
      TSModuleDeclaration(node) {
        const augmentsModule = (node['id'] as Node).type === 'Literal';
        if (!augmentsModule && node['declare'] !== true) context.report({ node, message: 'No namespaces: use a module.' });
      },
    };
  },
};
