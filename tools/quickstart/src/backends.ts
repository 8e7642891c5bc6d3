import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A running demo backend. */
export interface DemoBackend {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
}

const BACKEND = fileURLToPath(new URL('./backend.ts', import.meta.url));

/** Starts a demo backend as a process of its own. Rejects when it cannot listen; what it says is on standard error. */
export function startBackend(name: string, port: number): Promise<DemoBackend> {
  const child = fork(BACKEND, [name, String(port)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (message: { readonly listening: number }) => resolve({ name, port: message.listening, process: child }));
    child.once('exit', (code) => reject(new Error(`the demo backend ${name} ended with code ${String(code)}`)));
  });
}

/** Ends backends and waits until they are gone. One that was killed meanwhile is gone already. */
export async function stopBackends(backends: readonly DemoBackend[]): Promise<void> {
  await Promise.all(
    backends.map(
      ({ process: child }) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) {
            resolve();
            return;
          }
          child.once('exit', () => resolve());
          if (child.connected) child.disconnect();
          else child.kill();
        }),
    ),
  );
}
