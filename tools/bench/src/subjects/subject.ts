/** What a subject is started with. */
export interface SubjectContext {
  /** Port that the proxy listens on, on 127.0.0.1. */
  readonly port: number;
  /** Port of the upstream, on 127.0.0.1. */
  readonly upstreamPort: number;
  /** An empty folder of its own. */
  readonly folder: string;
}

/** A command that serves in the foreground as one process. */
export interface SubjectCommand {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A proxy that is measured: one worker, keep-alive to the upstream, `X-Forwarded-*` fields, no access log.
 * All that differs between subjects is behind this.
 */
export interface Subject {
  /** Short and stable: names the row in results. */
  readonly name: string;
  /** Whether it is what the benchmark is about, rather than a peer. */
  readonly ours: boolean;
  /** Why it cannot run here, in one line that says how to get it; `null` when it can. */
  missing(): string | null;
  /** Writes its configuration. Called only when nothing is missing. */
  prepare(context: SubjectContext): SubjectCommand;
}
