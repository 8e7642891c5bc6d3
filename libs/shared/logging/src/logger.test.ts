import { describe, expect, test } from 'vitest';
import { createLogger, formatLine } from './index.ts';

function capture(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const { log } = createLogger({ level, format: 'json', colour: false }, { write: (line) => void lines.push(line) });
  return { log, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLogger', () => {
  test('writes fields and a constant message as JSON, without process noise', () => {
    const { log, records } = capture();
    log.info({ route: 'r1', durationMs: 3 }, 'request done');
    const [record] = records();
    expect(record).toMatchObject({ level: 'info', route: 'r1', durationMs: 3, msg: 'request done' });
    expect(Object.keys(record!)).toEqual(['level', 'time', 'route', 'durationMs', 'msg']);
  });

  test('leaves out disabled levels and tells so', () => {
    const { log, records } = capture('info');
    log.debug('hidden');
    expect(log.isLevelEnabled('debug')).toBe(false);
    expect(records()).toEqual([]);
  });

  test('binds fields to children', () => {
    const { log, records } = capture();
    log.child({ module: 'plugin.cors' }).warn('degraded');
    expect(records()[0]).toMatchObject({ module: 'plugin.cors', level: 'warn', msg: 'degraded' });
  });

  test('never writes secrets', () => {
    const { log, records } = capture();
    log.info({ authorization: 'Basic abc', credential: { key: 'hunter2', id: 'c1' } }, 'seen');
    expect(JSON.stringify(records())).not.toMatch(/abc|hunter2/);
    expect(records()[0]).toMatchObject({ authorization: '[redacted]', credential: { key: '[redacted]', id: 'c1' } });
  });

  test('keeps the cause and code of errors', () => {
    const { log, records } = capture();
    log.error({ err: Object.assign(new Error('no'), { code: 'GW_X' }) }, 'failed');
    expect(records()[0]).toMatchObject({ err: { message: 'no', code: 'GW_X' } });
  });
});

describe('formatLine', () => {
  test('reads as one line', () => {
    const json = '{"level":"warn","time":"2026-11-24T08:00:01.234Z","module":"source.manifests","ref":"a/b c","n":2,"msg":"bad file"}';
    expect(formatLine(json, false)).toBe('08:00:01.234 WARN  source.manifests bad file ref="a/b c" n=2\n');
  });

  test('shows the message of a coded error and the stack of any other', () => {
    expect(
      formatLine(
        '{"level":"error","msg":"cannot listen","err":{"message":"port 80 is taken","code":"GW_LISTEN_IN_USE","stack":"S"}}',
        false,
      ),
    ).toContain('cannot listen: port 80 is taken\n');
    expect(formatLine('{"level":"error","msg":"crash","err":{"message":"x","stack":"Error: x\\n    at y"}}', false)).toContain(
      '\nError: x\n    at y',
    );
  });

  test('passes through what is not JSON', () => {
    expect(formatLine('plain', false)).toBe('plain');
  });
});
