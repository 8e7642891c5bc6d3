import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { DestinationStream } from 'pino';

type Line = Readonly<Record<string, unknown>> & {
  readonly level?: string;
  readonly time?: string;
  readonly msg?: string;
  readonly module?: string;
};

const STYLES = { trace: 'gray', debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'red' } as const;
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'module', 'err']);

/**
 * Turns log lines into text for a person: time, level, message, then the fields that matter, one line each unless there is a stack.
 * @param colour whether to use terminal colours.
 */
export function formatLine(json: string, colour: boolean): string {
  let line: Line;
  try {
    line = JSON.parse(json) as Line;
  } catch {
    return json;
  }
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const level = line.level ?? 'info';
  const style = STYLES[level as keyof typeof STYLES] ?? 'green';
  const time = typeof line.time === 'string' ? line.time.slice(11, 23) : '';
  const module = line.module === undefined ? '' : paint('cyan', ` ${line.module}`);
  return `${paint('gray', time)} ${paint(style, level.toUpperCase().padEnd(5))}${module} ${line.msg ?? ''}${fieldText(line, paint)}${errorText(line['err'])}\n`;
}

function fieldText(line: Line, paint: (style: 'gray', text: string) => string): string {
  let text = '';
  for (const [name, value] of Object.entries(line)) {
    if (OWN_FIELDS.has(name) || value === undefined) continue;
    text += ` ${paint('gray', `${name}=`)}${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`;
  }
  return text;
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorText(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { message, code, stack } = err as { message?: string; code?: string; stack?: string };
  // A coded error says itself what to do; the stack is for the ones that nobody foresaw.
  return code === undefined && stack !== undefined ? `\n${stack}` : `: ${message ?? 'unknown error'}`;
}

/** A pino destination that writes readable lines to a stream. */
export function prettyDestination(output: NodeJS.WritableStream & { readonly isTTY?: boolean }, colour: boolean): DestinationStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      output.write(formatLine(chunk.toString().trimEnd(), colour));
      done();
    },
  });
  return stream;
}
