import { describe, expect, it } from 'vitest';
import { conformanceDocument } from './document.ts';
import { FACTS, REPORT } from './fixtures.test-support.ts';
import { parseReport } from './report.ts';

describe('conformanceDocument', () => {
  const text = conformanceDocument(parseReport(REPORT), FACTS);

  it('says what was tested with what', () => {
    expect(text).toContain(
      '| Gibbon | 1.2.3 |\n| suite | v1.0.0 |\n| definitions | v1.1.0, standard channel |\n| Kubernetes | v1.2.0 |\n| date | 2026-01-02 |',
    );
    expect(text).toContain('| duration | 2 min 5 s, 2 tests at once');
  });

  it('has a row for each profile and level', () => {
    expect(text).toContain(
      '| GATEWAY-HTTP | core | failure | 32 | 1 | 0 |\n| GATEWAY-HTTP | extended | partial | 9 | 0 | 1 |\n| GATEWAY-TLS | core | success | 11 | 0 | 0 |',
    );
  });

  it('does not hide what did not pass', () => {
    expect(text).toContain('## Not passed\n\n| test | result |\n|---|---|\n| HTTPRouteCORS | skipped |\n| HTTPRouteWeight | failed |');
    expect(text).toContain('## Tests that passed\n\n- HTTPRouteMatching\n');
  });

  it('tells claimed features that the suite tests from those that it has no tests for', () => {
    expect(text).toContain('| HTTPRouteCORS | the suite |\n| Newer | tests of our own |');
  });

  it('has no such section where everything passed', () => {
    const good = conformanceDocument(parseReport(REPORT), { ...FACTS, tests: [{ name: 'HTTPRouteMatching', outcome: 'passed' }] });
    expect(good).not.toContain('Not passed');
  });

  it('is the same for the same results', () => {
    expect(conformanceDocument(parseReport(REPORT), FACTS)).toBe(text);
  });
});
