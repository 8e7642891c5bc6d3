import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { conformanceDocument } from './document.ts';
import { parseReport } from './report.ts';
import type { RunFacts } from './run-facts.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const RESULTS = join(ROOT, 'tools/conformance/results');

/** The page that is generated. */
export const DOCUMENT = join(ROOT, 'docs/conformance.md');

/** Keeps the results of a complete run beside the sources, and writes the page from them. */
export function recordResults(report: string, facts: RunFacts): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'report.yaml'), report);
  writeFileSync(join(RESULTS, 'run.yaml'), stringify(facts));
  writeFileSync(DOCUMENT, documentOfResults());
}

/** The page as it should be: from the results that are kept. */
export function documentOfResults(): string {
  const facts = parse(readFileSync(join(RESULTS, 'run.yaml'), 'utf8')) as RunFacts;
  return conformanceDocument(parseReport(readFileSync(join(RESULTS, 'report.yaml'), 'utf8')), facts);
}
