import { expect, test } from 'vitest';
import { compileSettings, DEFAULT_SETTINGS } from './settings.ts';

test("defaults are Kong's, in the units of the codec", () => {
  const problems: string[] = [];
  const compiled = compileSettings(DEFAULT_SETTINGS, (problem) => problems.push(problem));
  expect(problems).toEqual([]);
  expect(compiled.server).toMatchObject({ maxRequests: 10_000, idleTimeoutMs: 75_000, headTimeoutMs: 60_000, ignoreClientAbort: false });
  expect(compiled.responseTokens).toEqual({
    server: true,
    via: true,
    proxyLatency: true,
    upstreamLatency: true,
    responseLatency: true,
    upstreamStatus: false,
    requestId: true,
  });
  expect(compiled.trusted.matches('127.0.0.1')).toBe(false);
});

test('says what it cannot use, and uses the rest', () => {
  const problems: string[] = [];
  const compiled = compileSettings(
    { ...DEFAULT_SETTINGS, trusted_ips: ['10.0.0.0/8', 'nonsense', 'unix:'], port_maps: ['80:8000', '443'], headers: ['off', 'Via'] },
    (problem) => problems.push(problem),
  );
  expect(problems).toEqual([expect.stringContaining('nonsense'), "port_maps: '443' is no pair of ports: write it as 80:8000"]);
  expect(compiled.trusted.matches('10.1.2.3')).toBe(true);
  expect([...compiled.portMap]).toEqual([[8000, 80]]);
  expect(Object.values(compiled.responseTokens).some(Boolean)).toBe(false);
});
