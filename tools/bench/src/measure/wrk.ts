/** What wrk counted. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Responses other than 2xx and 3xx, and broken connections. */
  readonly failures: number;
}

/** Command line for wrk 4. */
export function wrkCommand(wrk: string, port: number, seconds: number, connections: number): readonly string[] {
  return [wrk, '-t1', `-c${connections}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`];
}

/** Reads wrk's report. Throws when it is none. */
export function parseWrk(output: string): LoadResult {
  const summary = /(\d+) requests in ([\d.]+)(m?s|m),/.exec(output);
  if (summary === null) throw new Error(`wrk reported nothing: ${output.trim()}`);
  const unit = summary[3] === 'ms' ? 0.001 : summary[3] === 'm' ? 60 : 1;
  const status = /Non-2xx or 3xx responses: (\d+)/.exec(output);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output);
  const failures = Number(status?.[1] ?? 0) + (sockets?.slice(1).reduce((sum, count) => sum + Number(count), 0) ?? 0);
  return { requests: Number(summary[1]), seconds: Number(summary[2]) * unit, failures };
}
