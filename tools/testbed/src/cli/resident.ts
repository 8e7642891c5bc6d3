import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of the processes of one program. */
export interface Resident {
  readonly bytes: number;
  readonly count: number;
}

/** Field of `/proc/PID/stat` after the program's name: the parent. */
const PARENT_FIELD = 1;
const PAGE_BYTES = 4096;
/** Field of `/proc/PID/statm`. */
const RESIDENT_FIELD = 1;

/**
 * Resident memory of all that descends from a process, by program, the largest first. Shared pages count in each.
 * @param root process id on this machine.
 */
export function residentBytes(root: number, proc = '/proc'): ReadonlyMap<string, Resident> {
  const children = new Map<number, number[]>();
  const names = new Map<number, string>();
  for (const entry of readdirSync(proc)) {
    const stat = /^\d+$/.test(entry) ? read(`${proc}/${entry}/stat`) : '';
    // The name is in brackets and may hold any character, brackets too.
    const end = stat.lastIndexOf(')');
    if (end < 0) continue;
    const parent = Number(stat.slice(end + 2).split(' ')[PARENT_FIELD]);
    names.set(Number(entry), stat.slice(stat.indexOf('(') + 1, end));
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sums = new Map<string, Resident>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    waiting.push(...(children.get(id) ?? []));
    const bytes = Number(read(`${proc}/${id}/statm`).split(' ')[RESIDENT_FIELD] ?? 0) * PAGE_BYTES;
    const name = names.get(id) ?? '';
    const { bytes: before, count } = sums.get(name) ?? { bytes: 0, count: 0 };
    sums.set(name, { bytes: before + bytes, count: count + 1 });
  }
  return new Map([...sums].sort(([, one], [, other]) => other.bytes - one.bytes));
}

/** A process may end at any moment. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
