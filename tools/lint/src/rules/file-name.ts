import { basename } from 'node:path';
import type { Rule } from '../rule.ts';

const VAGUE = /(?:^|[-.])(?:utils?|helpers?|common|misc|managers?)(?:[-.]|$)/;

/** Files are named after the thing inside. */
export const fileName: Rule = {
  meta: { type: 'suggestion', docs: { description: 'No utils, helpers, common, misc or manager files.' } },
  create(context) {
    const name = basename(context.filename).replace(/\.[cm]?[jt]s$/, '');
    if (!VAGUE.test(name)) return {};
    return {
      Program: (node) => context.report({ node, message: `"${name}" says nothing about what is inside: name the thing.` }),
    };
  },
};
