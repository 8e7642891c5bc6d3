import { fileURLToPath } from 'node:url';
import type { Subject } from './subject.ts';
import { sourceCommand } from './workspace.ts';

const MAIN = fileURLToPath(new URL('../raw-proxy/main.ts', import.meta.url));

/** The bare transport: moves messages between connections and looks at nothing. The floor under any codec. */
export function rawProxy(transport: 'direct' | 'net'): Subject {
  return {
    name: `raw (${transport})`,
    ours: true,
    missing: () => null,
    prepare: ({ port, upstreamPort }) => ({ command: [...sourceCommand(MAIN), transport, String(port), String(upstreamPort)] }),
  };
}
