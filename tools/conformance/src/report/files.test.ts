import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DOCUMENT, documentOfResults } from './files.ts';

it('docs/conformance.md is what the kept results say: `npm run conformance -- document` writes it again', () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(documentOfResults());
});
