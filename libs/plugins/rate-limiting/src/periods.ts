/** A period that a limit may be for, shortest first. */
export const PERIOD_NAMES = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;

/** Name of a period. */
export type PeriodName = (typeof PERIOD_NAMES)[number];

/** Length of a period in seconds as Kong reports it: months and years have 30 and 365 days. */
const LENGTHS: Readonly<Record<PeriodName, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
};

/** A configured limit. */
export interface PeriodLimit {
  readonly name: PeriodName;
  readonly limit: number;
  /** `limit` as header fields have it. */
  readonly limitText: string;
  readonly lengthSeconds: number;
  readonly limitHeader: string;
  readonly remainingHeader: string;
}

/** The limits of a configuration, shortest period first. */
export function periodLimits(config: Readonly<Record<PeriodName, number | null>>): PeriodLimit[] {
  return PERIOD_NAMES.flatMap((name) => {
    const limit = config[name];
    if (limit === null) return [];
    const title = name[0]!.toUpperCase() + name.slice(1);
    return {
      name,
      limit,
      limitText: String(limit),
      lengthSeconds: LENGTHS[name],
      limitHeader: `X-RateLimit-Limit-${title}`,
      remainingHeader: `X-RateLimit-Remaining-${title}`,
    };
  });
}

/** Start of the UTC calendar period that a moment lies in; both in milliseconds. */
export function periodStart(name: PeriodName, nowMs: number): number {
  if (name === 'month' || name === 'year') {
    const date = new Date(nowMs);
    return Date.UTC(date.getUTCFullYear(), name === 'month' ? date.getUTCMonth() : 0);
  }
  return nowMs - (nowMs % (LENGTHS[name] * 1_000));
}

/** Start of the period after the one that starts then. */
export function nextPeriodStart(name: PeriodName, startMs: number): number {
  if (name !== 'month' && name !== 'year') return startMs + LENGTHS[name] * 1_000;
  const date = new Date(startMs);
  return name === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) : Date.UTC(date.getUTCFullYear() + 1, 0);
}

/** The first pair of limits where the longer period has the lower one, in Kong's words, or `null`. */
export function orderProblem(config: Readonly<Record<PeriodName, number | null>>): string | null {
  const limits = periodLimits(config);
  for (const [index, shorter] of limits.entries()) {
    const longer = limits.slice(index + 1).find(({ limit }) => limit < shorter.limit);
    if (longer === undefined) continue;
    return `The limit for ${longer.name}(${longer.limit.toFixed(1)}) cannot be lower than the limit for ${shorter.name}(${shorter.limit.toFixed(1)})`;
  }
  return null;
}
