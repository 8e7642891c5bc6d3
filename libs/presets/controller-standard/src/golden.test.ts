import {
  caseSettings,
  expectedOf,
  makeResourceKinds,
  makeTranslators,
  readGoldenCases,
  renderCase,
  type GoldenCase,
} from '@gibbon/testing-contract-kits';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controllerStandard } from './index.ts';

const TRANSLATORS = join(import.meta.dirname, '../../../translators');

function render({ input, routerFlavor }: GoldenCase): string {
  const { settings, target } = caseSettings(input);
  const setup = { settings, target: { ...target, routerFlavor } };
  return renderCase(input, {
    kinds: makeResourceKinds(
      controllerStandard.filter((module) => module.kind === 'resource'),
      setup,
    ),
    translators: makeTranslators(
      controllerStandard.filter((module) => module.kind === 'translator'),
      setup,
    ),
  });
}

describe.each(['ingress', 'backends', 'plugins', 'consumers', 'certificates', 'gateway', 'http-route'])(
  'golden files of translator.%s',
  (name) => {
    const cases = readGoldenCases(join(TRANSLATORS, name, 'golden'));

    it.each(cases.map((golden) => [golden.name, golden.routerFlavor, golden] as const))('%s, %s', (_name, _flavor, golden) => {
      const actual = render(golden);
      expect(actual).toBe(expectedOf(golden, actual));
    });

    it('are there', () => {
      expect(cases.length).toBeGreaterThan(0);
    });
  },
);
