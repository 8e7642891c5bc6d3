import { describe, expect, test } from 'vitest';
import { resolveSettings } from './resolve.ts';
import { SETTINGS, settingsOf } from './settings.ts';
import { readBindAddress } from './settings/bind-address.ts';
import { variablesOf } from './settings/setting.ts';

function values(
  command: 'gateway' | 'proxy' | 'controller',
  flags: Record<string, string | string[] | boolean> = {},
  environment: Record<string, string> = {},
) {
  const resolved = resolveSettings(command, flags, environment);
  if (!resolved.ok) throw new Error(resolved.problems.join('\n'));
  return resolved.values;
}

function problems(
  command: 'gateway' | 'proxy' | 'controller',
  flags: Record<string, string>,
  environment: Record<string, string> = {},
): readonly string[] {
  const resolved = resolveSettings(command, flags, environment);
  return resolved.ok ? [] : resolved.problems;
}

describe('resolveSettings', () => {
  test('takes flags before variables before defaults', () => {
    expect(values('controller')['ingress-class']).toBe('kong');
    expect(values('controller', {}, { GIBBON_INGRESS_CLASS: 'own' })['ingress-class']).toBe('own');
    expect(values('controller', {}, { CONTROLLER_INGRESS_CLASS: 'theirs' })['ingress-class']).toBe('theirs');
    expect(values('controller', { 'ingress-class': 'flag' }, { GIBBON_INGRESS_CLASS: 'own' })['ingress-class']).toBe('flag');
  });

  test('reads listen directives, lists, switches and numbers', () => {
    const read = values('gateway', {
      'proxy-listen': '127.0.0.1:1, 127.0.0.1:2 ssl',
      modules: ['a', 'b'],
      workers: '3',
      'list-modules': true,
    });
    expect(read['proxy-listen']).toMatchObject([
      { port: 1, ssl: false },
      { port: 2, ssl: true },
    ]);
    expect(read['modules']).toEqual(['a', 'b']);
    expect(read['workers']).toBe(3);
    expect(read['list-modules']).toBe(true);
    expect(values('gateway', {}, { GIBBON_MODULES: 'a, b' })['modules']).toEqual(['a', 'b']);
    expect(values('gateway', {}, { KONG_NGINX_WORKER_PROCESSES: 'auto' })['workers']).toBeNull();
    expect(values('gateway', { 'admin-listen': 'off' })['admin-listen']).toEqual([]);
  });

  test("understands Kong's log levels", () => {
    expect(values('proxy', {}, { KONG_LOG_LEVEL: 'notice' })['log-level']).toBe('info');
    expect(values('proxy', {}, { KONG_LOG_LEVEL: 'crit' })['log-level']).toBe('fatal');
  });

  test('reads targets', () => {
    expect(values('controller')['target']).toBeNull();
    expect(values('controller', { target: 'kong' })['target']).toEqual({ kind: 'kong', version: '3.9' });
    expect(values('controller', { target: 'kong:3.4' })['target']).toEqual({ kind: 'kong', version: '3.4' });
    expect(values('controller', { target: 'gibbon' })['target']).toEqual({ kind: 'gibbon', version: '3.9' });
  });

  test('reads where to listen for probes, as Kong writes it too', () => {
    const read = (text: string) => readBindAddress(text);
    expect(['127.0.0.1:1', '[::1]:2', ':3', 'off', '0', 'localhost:4'].map(read)).toEqual([
      { ok: true, value: { host: '127.0.0.1', port: 1 } },
      { ok: true, value: { host: '::1', port: 2 } },
      { ok: true, value: { host: '', port: 3 } },
      { ok: true, value: 'off' },
      { ok: true, value: 'off' },
      { ok: true, value: { host: 'localhost', port: 4 } },
    ]);
    expect(['', '10254', ':', ':x', 'host', '::1', ':70000'].map((text) => read(text).ok)).toEqual(Array(7).fill(false));
  });

  test('understands the log formats of Kong and of its controller', () => {
    expect(values('controller', {}, { CONTROLLER_LOG_FORMAT: 'text' })['log-format']).toBe('pretty');
  });

  test('names every problem of a text and what would be right', () => {
    expect(
      problems('controller', {
        'publish-service': 'proxy',
        'publish-status-address': '10.0.0.300,lb.example.com,-x',
        'gateway-controller-name': 'gibbon',
        'gateway-ports': 'TCP:80,HTTP:80:8000,HTTPS:0',
      }),
    ).toEqual([
      "--gateway-controller-name: 'gibbon' is not the controllerName of a GatewayClass: a domain, a slash and a path, e.g. example.com/gateway",
      expect.stringMatching(/^--gateway-ports: 'TCP:80' is not PROTOCOL:PORT\[:PROXYPORT\].*; 'HTTPS:0' is not/),
      "--publish-service: 'proxy' is not NAMESPACE/NAME of an object, e.g. gibbon/gibbon-proxy",
      expect.stringMatching(/^--publish-status-address: '10.0.0.300' is neither an IP address nor a host name.*; '-x' is neither/),
    ]);
  });

  test('names every problem with its flag or variable', () => {
    expect(problems('gateway', { workers: 'many', 'log-level': 'loud', 'proxy-listen': 'here' }, { GIBBON_TRANSPORT: 'pigeon' })).toEqual([
      expect.stringContaining('--proxy-listen: '),
      "--workers: 'many' is not a whole number from 0 to 60",
      "GIBBON_TRANSPORT: 'pigeon' is not one of auto, direct, net",
      "--log-level: 'loud' is not one of trace, debug, info, warn, error, fatal, silent",
    ]);
    expect(problems('controller', { target: 'kong:9' })).toEqual(["--target: 'kong:9' is not a target: write gibbon, kong or kong:3.9"]);
    expect(problems('controller', {}, { GIBBON_ONCE: 'maybe' })).toEqual(["GIBBON_ONCE: 'maybe' is neither true nor false"]);
  });
});

describe('the table of settings', () => {
  test('has each flag and variable once', () => {
    const flags = SETTINGS.map(({ flag }) => flag);
    const variables = SETTINGS.flatMap(variablesOf);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('has defaults that its own checks accept', () => {
    for (const command of ['gateway', 'proxy', 'controller'] as const) {
      expect(settingsOf(command).length).toBeGreaterThan(5);
      expect(resolveSettings(command, {}, {}).ok).toBe(true);
    }
  });
});
