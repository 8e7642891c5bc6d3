/** Limits of the parser. Kong's (nginx's) defaults. */
export interface HeadLimits {
  /** A whole head, its final empty line included. Default 32768, nginx's `large_client_header_buffers 4 8k`. */
  readonly headBytes: number;
  /** One line of a head. Default 8192. */
  readonly lineBytes: number;
  /** Fields in a head. Default 1000. */
  readonly fields: number;
}

/** The defaults. */
export const DEFAULT_LIMITS: HeadLimits = { headBytes: 32_768, lineBytes: 8192, fields: 1000 };
