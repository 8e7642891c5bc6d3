import { alignColumns } from '../report/table.ts';
import type { FunctionTime } from './cpu-profile.ts';

/** Time of one part of the proxy. */
export interface GroupTime {
  readonly group: string;
  readonly selfUs: number;
}

/** First match wins. Native calls are told apart by name: they are where the kernel's time shows. */
const GROUPS: readonly (readonly [string, (time: FunctionTime) => boolean])[] = [
  ['write (system calls)', ({ name }) => /^(?:write(?:Latin1String|Utf8String|AsciiString|Ucs2String|Buffer)|writev|shutdown)$/.test(name)],
  ['event loop (native)', ({ name }) => name === '(program)'],
  ['garbage collection', ({ name }) => name === '(garbage collector)'],
  ['codec', ({ file }) => file.includes('libs/dataplane/http1/') || file.includes('libs/shared/http/')],
  ['transport', ({ file }) => file.includes('libs/dataplane/transport/')],
  ['router', ({ file }) => file.includes('libs/dataplane/router/')],
  ['upstream', ({ file }) => /libs\/(?:dataplane\/upstream|balancers|health)\//.test(file)],
  ['plugins', ({ file }) => /libs\/(?:plugins|pdk)\//.test(file)],
  ['pipeline', ({ file }) => /libs\/dataplane\/(?:runtime|listener)\//.test(file)],
  ['timers and clock', ({ file }) => file.includes('libs/shared/time/') || file.startsWith('node:internal/timers')],
  ['metrics and logs', ({ file }) => /libs\/shared\/(?:metrics|logging)\//.test(file)],
  ['node', ({ file }) => file.startsWith('node:')],
  ['other native', ({ file }) => file === ''],
];

/** Self time by part of the proxy, most first. */
export function groupTimes(times: readonly FunctionTime[]): readonly GroupTime[] {
  const sums = new Map<string, number>();
  for (const time of times) {
    const group = GROUPS.find(([, matches]) => matches(time))?.[0] ?? 'other';
    sums.set(group, (sums.get(group) ?? 0) + time.selfUs);
  }
  return [...sums].map(([group, selfUs]) => ({ group, selfUs })).toSorted((a, b) => b.selfUs - a.selfUs);
}

/** Groups, then the functions with the most self time. */
export function profileReport(times: readonly FunctionTime[], functions: number): string {
  const total = times.reduce((sum, { selfUs }) => sum + selfUs, 0);
  const share = (selfUs: number): string => `${((selfUs / total) * 100).toFixed(1)} %`;
  const groups = groupTimes(times).map(({ group, selfUs }) => [group, share(selfUs)]);
  const top = times
    .slice(0, functions)
    .map(({ name, file, line, selfUs }) => [file === '' ? name : `${name}  ${file}:${line}`, share(selfUs)]);
  return `${alignColumns([['part', 'self time'], ...groups])}\n\n${alignColumns([['function', 'self time'], ...top])}`;
}
