import { describe, expect, test } from 'vitest';
import { guide } from './guide.ts';

describe('guide', () => {
  test('names the ports that are open', () => {
    const text = guide({ http: 8000, https: 8443, admin: 8001, status: 8100 }, 'examples/quickstart', false);
    expect(text).toContain('curl http://localhost:8000/hello\n');
    expect(text).toContain('https://secure.localhost:8443/');
    expect(text).toContain('curl http://localhost:8001/upstreams/echo.demo.80.svc/health');
    expect(text).toContain('curl http://localhost:8100/metrics');
    expect(text).not.toContain('\u001b[');
  });

  test('leaves out listeners that are off', () => {
    const text = guide({ http: 1, https: 2, admin: null, status: null }, 'm', false);
    expect(text).not.toMatch(/Admin API|metrics/);
  });
});
