import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS, variablesOf } from '@gibbon/cli';
import { controllerStandard } from '@gibbon/preset-controller-standard';
import { proxyStandard } from '@gibbon/preset-proxy-standard';
import { replaceMarked } from './marked-section.ts';
import { modulesOf, type DocumentedModule } from './module-packages.ts';
import { optionTable } from './option-table.ts';
import { indexPage, kindPages, settingsPage } from './pages.ts';

/** Folder of the reference, from the workspace's root. */
export const REFERENCE = 'docs/reference';

/** Everything generated: text by path from the workspace's root. @throws Error naming each README without markers. */
export async function generate(root: string): Promise<ReadonlyMap<string, string>> {
  const modules = [
    ...(await modulesOf(root, '@gibbon/preset-controller-standard', controllerStandard)),
    ...(await modulesOf(root, '@gibbon/preset-proxy-standard', proxyStandard)),
  ];
  const pages = new Map([['settings.md', settingsPage(SETTINGS, variablesOf)], ...kindPages(modules)]);
  const reference = [['README.md', indexPage([...pages.keys()])] as const, ...pages].map(
    ([page, text]) => [`${REFERENCE}/${page}`, text] as const,
  );
  return new Map([...reference, ...readmes(root, modules)]);
}

/** READMEs of the modules' packages with their tables; one table per module where a package has several. */
function readmes(root: string, modules: readonly DocumentedModule[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const unmarked: string[] = [];
  for (const [folder, members] of Map.groupBy(modules, (module) => module.folder)) {
    const path = `${folder}/README.md`;
    const tables = members.map(
      ({ definition }) => (members.length === 1 ? '' : `### ${definition.id}\n\n`) + optionTable(definition.config),
    );
    const text = replaceMarked(readFileSync(join(root, path), 'utf8'), 'options', tables.join('\n\n'));
    if (text === null) unmarked.push(path);
    else result.set(path, text);
  }
  if (unmarked.length > 0) throw new Error(`no "<!-- options -->" and "<!-- /options -->" in ${unmarked.join(', ')}`);
  return result;
}
