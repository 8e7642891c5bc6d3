import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Testbed } from '@gibbon/testbed';
import type { LoadPlan, LoadReport, LoadTarget } from './report.ts';

const PROGRAM = join(import.meta.dirname, 'main.ts');

/** A load generator that runs. */
export interface RunningLoad {
  /** Ends it. @returns what it found. */
  stop(): Promise<LoadReport>;
}

/** Starts sending requests from inside the testbed, by kept connections and by new ones. */
export function startLoad(testbed: Testbed, targets: readonly Partial<LoadTarget>[], plan: Partial<LoadPlan> = {}): RunningLoad {
  const all = targets.map((target) => ({ address: '', host: '', port: 80, path: '/', ...target }));
  const whole: LoadPlan = { kept: 4, fresh: 2, pauseMs: 10, ...plan, targets: all };
  const child = testbed.spawn([process.execPath, PROGRAM, JSON.stringify(whole)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(child.stdout as NonNullable<typeof child.stdout>);
  return {
    stop: async () => {
      child.stdin?.end();
      return JSON.parse(await said) as LoadReport;
    },
  };
}

/** Load while something happens. */
export async function underLoad(
  testbed: Testbed,
  targets: readonly Partial<LoadTarget>[],
  during: () => Promise<unknown>,
  plan: Partial<LoadPlan> = {},
): Promise<LoadReport> {
  const load = startLoad(testbed, targets, plan);
  try {
    await during();
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}
