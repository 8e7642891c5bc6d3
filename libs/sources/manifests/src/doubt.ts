/** When a look at a file is to be believed. */
export interface DoubtOptions {
  /** How long a doubtful content must stay as it is. */
  readonly confirmMs: number;
  /** After this time a doubtful content is believed although it keeps changing. */
  readonly patienceMs: number;
}

/** What is held against a file's content. */
export interface Doubt {
  readonly digest: string;
  /** When this content was first seen, and when doubts began; monotonic milliseconds. */
  readonly sinceMs: number;
  readonly firstMs: number;
}

/**
 * Whether a file may be only half written: it does not parse, lacks the final line break, or lost objects that it had
 * (a file that is truncated before it is written has none). Files that are replaced by renaming never look so unless
 * they mean it.
 * @param text `null` where the file is gone, perhaps to be written anew.
 */
export function looksUnfinished(
  text: string | null,
  facts: { readonly broken: boolean; readonly loses: boolean; readonly json: boolean },
): boolean {
  if (facts.broken || facts.loses) return true;
  return text !== null && text !== '' && !facts.json && !text.endsWith('\n');
}

/** Looks at a doubtful content once more: `null` when it is to be believed now. */
export function confirm(doubt: Doubt | null, digest: string, nowMs: number, options: DoubtOptions): Doubt | null {
  if (doubt === null) return { digest, sinceMs: nowMs, firstMs: nowMs };
  if (nowMs - doubt.firstMs >= options.patienceMs) return null;
  if (doubt.digest !== digest) return { digest, sinceMs: nowMs, firstMs: doubt.firstMs };
  return nowMs - doubt.sinceMs >= options.confirmMs ? null : doubt;
}
