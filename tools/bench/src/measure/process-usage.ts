import { readFileSync } from 'node:fs';

/** CPU time that a process has used, all its threads together. */
export interface CpuTime {
  readonly userUs: number;
  readonly systemUs: number;
}

/** The kernel counts in hundredths of a second on every Linux that Node runs on. */
const TICK_US = 10_000;

/** Reads fields 14 and 15 of `/proc/PID/stat`. */
export function parseStat(text: string): CpuTime {
  // The second field is the program's name in parentheses and may hold anything, spaces and parentheses included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { userUs: Number(fields[11]) * TICK_US, systemUs: Number(fields[12]) * TICK_US };
}

/** CPU time of a running process so far. Throws when there is no such process, or no `/proc`. */
export function cpuTimeOf(pid: number): CpuTime {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/** Resident memory of a running process, bytes. */
export function residentBytesOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return found === null ? 0 : Number(found[1]) * 1024;
}

/** Reads the proportional set size from a `smaps_rollup`, bytes: pages that several processes share are counted in parts. */
export function parseRollup(text: string): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(text);
  return found === null ? 0 : Number(found[1]) * 1024;
}

/** Proportional set size of a running process, bytes. */
export function proportionalBytesOf(pid: number): number {
  return parseRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
}
