import { TestServices } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProblemLog, type Problem } from './problem-log.ts';

const web = { kind: 'Ingress', namespace: 'default', name: 'web' };
const problem = (more: Partial<Problem> = {}): Problem => ({
  ref: web,
  location: 'web.yaml:3:1',
  field: 'spec.rules.1.host',
  reason: 'Invalid',
  message: 'expected a host',
  ...more,
});

let services: TestServices;
let log: ProblemLog;
const lines = (): string[] =>
  services.lines.splice(0).map(
    ({ level, message, fields }) =>
      `${level} ${message} ${Object.entries(fields)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' ')}`,
  );

beforeEach(() => {
  services = new TestServices();
  log = new ProblemLog(services.logger);
});

describe('a problem', () => {
  it('is one line when it comes and one when it goes', () => {
    log.replace('a', [problem()]);
    log.flush();
    expect(lines()).toEqual([
      'warn configuration problem kind=Ingress ref=default/web location=web.yaml:3:1 field=spec.rules.1.host reason=Invalid problem=expected a host',
    ]);
    log.replace('a', [problem()]);
    log.flush();
    expect(lines()).toEqual([]);
    log.replace('a', []);
    log.flush();
    expect(lines()).toEqual([
      'info configuration problem solved kind=Ingress ref=default/web location=web.yaml:3:1 field=spec.rules.1.host reason=Invalid problem=expected a host',
    ]);
    expect(log.list()).toEqual([]);
  });

  it('is told to whoever listens, once when it comes and once when it goes', () => {
    const heard: unknown[] = [];
    log = new ProblemLog(services.logger, (changes) => heard.push(changes));
    log.replace('a', [problem()]);
    log.replace('b', [problem(), problem({ message: 'brief' })]);
    log.replace('b', [problem()]);
    log.flush();
    log.replace('a', []);
    log.flush();
    expect(heard).toEqual([{ appeared: [problem()], solved: [] }]);
    log.replace('b', []);
    log.flush();
    expect(heard.slice(1)).toEqual([{ appeared: [], solved: [problem()] }]);
  });

  it('is told also where there are too many for a line each', () => {
    let appeared = 0;
    log = new ProblemLog(services.logger, (changes) => (appeared += changes.appeared.length));
    log.replace(
      'a',
      Array.from({ length: 80 }, (_, index) => problem({ message: `m${index}` })),
    );
    log.flush();
    expect([appeared, lines().length]).toEqual([80, 51]);
  });

  it('that moved to another line is no news, but is listed where it is now', () => {
    log.replace('a', [problem(), problem({ ref: null, location: 'x.yaml:1:1', field: '' })]);
    log.flush();
    lines();
    const moved = [problem({ ref: null, location: 'x.yaml:9:1', field: '' }), problem({ location: 'web.yaml:9:1' })];
    log.replace('a', moved);
    log.flush();
    expect(lines()).toEqual([]);
    expect(log.list()).toEqual(moved);
  });

  it('that two report stays until both are silent', () => {
    log.replace('a', [problem()]);
    log.replace('b', [problem()]);
    log.replace('a', []);
    expect(log.list()).toEqual([problem()]);
    log.replace('b', []);
    expect(log.size).toBe(0);
    log.flush();
    expect(lines()).toEqual([]);
  });
});

it('does not flood the log', () => {
  log.replace(
    'a',
    Array.from({ length: 80 }, (_, n) => problem({ message: `m${n}` })),
  );
  log.flush();
  const written = lines();
  expect(written).toHaveLength(51);
  expect(written.at(-1)).toBe('warn further configuration problems came or went; they are not logged one by one more=30 problems=80');
});
