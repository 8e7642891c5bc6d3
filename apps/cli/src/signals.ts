/** What a signal ends. */
export interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Resolves when SIGINT or SIGTERM came and everything has stopped. A second signal ends the process at once.
 * @returns the exit code: 0 after an orderly stop.
 */
export function runUntilSignal(running: Stoppable, hurry: () => void = () => process.exit(130)): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = (): void => {
      if (stopping) {
        hurry();
        return;
      }
      stopping = true;
      void running.stop().then(
        () => finish(0),
        () => finish(1),
      );
    };
    const finish = (code: number): void => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolve(code);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
