import { splitHostPort } from '@gibbon/net';

/** An address to listen on. */
export interface BindAddress {
  /** Empty: every address of the machine. */
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
}

/** What {@link readBindAddress} gives. */
export type BindReading = { readonly ok: true; readonly value: BindAddress | 'off' } | { readonly ok: false; readonly problem: string };

/** Reads `HOST:PORT`, `:PORT` for every address, and `off` or, as Kong's controller has it, `0` for none. */
export function readBindAddress(text: string): BindReading {
  if (text === 'off' || text === '0') return { ok: true, value: 'off' };
  const everywhere = text.startsWith(':') && !text.startsWith('::');
  const { host, port } = splitHostPort(everywhere ? `0.0.0.0${text}` : text) ?? { host: '', port: null };
  if (port === null) return { ok: false, problem: `'${text}' is not an address to listen on: write 127.0.0.1:10254, :10254 or off` };
  return { ok: true, value: { host: everywhere ? '' : host, port } };
}
