import type { Node, Rule, RuleContext } from '../rule.ts';

const DECLARATIONS: ReadonlySet<string> = new Set([
  'ClassDeclaration',
  'FunctionDeclaration',
  'TSDeclareFunction',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'VariableDeclaration',
]);

function isDocumented(context: RuleContext, node: Node): boolean {
  return context.sourceCode.getCommentsBefore(node).some(({ type, value }) => type === 'Block' && value.startsWith('*'));
}

function nameOf(declaration: Node): string {
  const [first] = (declaration['declarations'] as readonly Node[] | undefined) ?? [declaration];
  const id = first?.['id'] as { readonly name?: string } | null | undefined;
  return id?.name ?? declaration.type;
}

/** Exported declarations carry a doc comment. Overloads share the first one's. */
export const documentedExports: Rule = {
  meta: { type: 'suggestion', docs: { description: 'Exported declarations have a doc comment.' } },
  create(context) {
    const documented = new Set<string>();
    return {
      ExportNamedDeclaration(node) {
        const declaration = node['declaration'] as Node | null;
        if (declaration === null || !DECLARATIONS.has(declaration.type)) return;
        const name = nameOf(declaration);
        if (isDocumented(context, node)) documented.add(name);
        else if (!documented.has(name))
          context.report({ node, message: `Exported "${name}" has no doc comment: say what it is, its units, defaults and errors.` });
      },
    };
  },
};
