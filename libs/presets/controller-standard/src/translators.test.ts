import { admitObjects, describeTranslator, makeResourceKinds, parseManifests, readGoldenCases } from '@gibbon/testing-contract-kits';
import { join } from 'node:path';
import { controllerStandard } from './index.ts';

const FOLDER = join(import.meta.dirname, '../../../translators');
const kinds = makeResourceKinds(controllerStandard.filter((module) => module.kind === 'resource'));
const definitions = controllerStandard.filter((module) => module.kind === 'translator');

for (const definition of definitions) {
  const cases = readGoldenCases(join(FOLDER, definition.id.slice('translator.'.length), 'golden'));
  const inputs = new Set(cases.map(({ input }) => input));
  describeTranslator({
    definition,
    others: definitions.filter((other) => other !== definition),
    worlds: [...inputs].map((input) => admitObjects(parseManifests(input), kinds).objects),
    kinds,
  });
}
