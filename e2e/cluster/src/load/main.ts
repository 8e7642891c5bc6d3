// Runs inside a testbed's namespaces: sends requests until its input ends, then prints a LoadReport as JSON.
// A single failed attempt counts: nothing is sent twice, not even where HTTP would allow it.
import { Agent, request } from 'node:http';
import type { LoadFailure, LoadPlan, LoadReport, LoadTarget } from './report.ts';

const SHOWN_FAILURES = 50;
const TIMEOUT_MS = 10_000;

const plan = JSON.parse(process.argv[2] as string) as LoadPlan;
const startedAt = performance.now();
const failures: LoadFailure[] = [];
const pods: Record<string, number> = {};
let requests = 0;
let failed = 0;
let slowestMs = 0;
const end = new AbortController();

/** @returns the status and body, or what went wrong. */
function send(target: LoadTarget, agent: Agent): Promise<{ readonly status: number; readonly body: string } | string> {
  return new Promise((resolve) => {
    const { address, port, path, host } = target;
    const sent = request({ host: address, port, path, agent, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(response.complete ? { status: response.statusCode ?? 0, body } : 'the body ended early'));
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('timeout')));
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

async function repeat(target: LoadTarget, kept: boolean): Promise<void> {
  const agent = new Agent({ keepAlive: kept, maxSockets: 1 });
  while (!end.signal.aborted) {
    const sentAt = performance.now();
    const answer = await send(target, agent);
    slowestMs = Math.max(slowestMs, performance.now() - sentAt);
    requests++;
    count(target, kept, answer);
    await new Promise((resolve) => setTimeout(resolve, plan.pauseMs));
  }
  agent.destroy();
}

function count({ host }: LoadTarget, kept: boolean, answer: { readonly status: number; readonly body: string } | string): void {
  if (typeof answer !== 'string' && answer.status === 200) {
    const pod = /"pod":"([^"]+)"/.exec(answer.body)?.[1] ?? '';
    pods[pod] = (pods[pod] ?? 0) + 1;
    return;
  }
  failed++;
  const what = typeof answer === 'string' ? answer : `${answer.status} ${answer.body.slice(0, 200)}`;
  if (failures.length < SHOWN_FAILURES) failures.push({ atMs: Math.round(performance.now() - startedAt), host, kept, what });
}

process.stdin.resume().on('end', () => end.abort());
await Promise.all(
  plan.targets.flatMap((target) => [
    ...Array.from({ length: plan.kept }, () => repeat(target, true)),
    ...Array.from({ length: plan.fresh }, () => repeat(target, false)),
  ]),
);
const report: LoadReport = { requests, failures, failed, pods, slowestMs: Math.round(slowestMs) };
process.stdout.write(JSON.stringify(report));
