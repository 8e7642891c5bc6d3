import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A function and the time spent in itself. */
export interface FunctionTime {
  readonly name: string;
  /** Path in the checkout, `node:...`, or empty for native code. */
  readonly file: string;
  readonly line: number;
  readonly selfUs: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** How to read profiles. */
export interface ProfileReading {
  /** Root of the checkout, cut from file names. */
  readonly root: string;
  /** Counts this much of the end: what came before was starting. */
  readonly lastUs: number;
}

/** Self time by function of one V8 CPU profile, most first. Waiting (`(idle)`) is left out. */
export function selfTimes(profile: CpuProfile, { root, lastUs }: ProfileReading): readonly FunctionTime[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, FunctionTime>();
  let leftUs = profile.timeDeltas.reduce((sum, delta) => sum + delta, 0);
  profile.samples.forEach((id, i) => {
    leftUs -= profile.timeDeltas[i] ?? 0;
    const frame = frames.get(id);
    if (leftUs > lastUs || frame === undefined || frame.functionName === '(idle)') return;
    const file = frame.url.startsWith('file://') ? decodeURI(frame.url.slice('file://'.length)).replace(root, '') : frame.url;
    const line = frame.lineNumber + 1;
    const name = frame.functionName || '(anonymous)';
    const key = `${name} ${file}:${line}`;
    const known = times.get(key);
    times.set(key, { name, file, line, selfUs: (known?.selfUs ?? 0) + Math.max(0, profile.timeDeltas[i] ?? 0) });
  });
  return [...times.values()].toSorted((a, b) => b.selfUs - a.selfUs);
}

/** The profile of the busiest thread among those that `node --cpu-prof` wrote into a folder. Throws when there is none. */
export function busiestThread(folder: string, reading: ProfileReading): readonly FunctionTime[] {
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => selfTimes(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile, reading));
  const total = (times: readonly FunctionTime[]): number => times.reduce((sum, { selfUs }) => sum + selfUs, 0);
  const busiest = profiles.toSorted((a, b) => total(b) - total(a))[0];
  if (busiest === undefined) throw new Error(`no CPU profile in ${folder}: the process did not end by itself`);
  return busiest;
}
