import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ProbeTarget } from '@gibbon/contracts/health';
import { HTTP_CLIENT } from '@gibbon/contracts/services';
import { createHttpClient, type OwnedHttpClient } from '@gibbon/http-client';
import { describeHealthCheck, TestScope } from '@gibbon/testing-contract-kits';
import { createTestAuthority, type FakeUpstream, startFakeUpstream, type UpstreamAnswer, watchHandles } from '@gibbon/testing-fixtures';
import { FakeClock } from '@gibbon/time';
import { compileSchema } from '@gibbon/schema';
import activeHttp from './module.ts';

let clock: FakeClock;
let http: OwnedHttpClient;
const upstreams: FakeUpstream[] = [];
let handles = watchHandles();

beforeEach(() => {
  handles = watchHandles();
  clock = new FakeClock();
  http = createHttpClient(clock);
});

afterEach(async () => {
  await http.dispose();
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  await handles.settled();
  expect(clock.pending).toBe(0);
});

async function answering(answer: UpstreamAnswer, hostname = 'api.test'): Promise<ProbeTarget> {
  const upstream = await startFakeUpstream({ respond: () => answer });
  upstreams.push(upstream);
  return { host: upstream.host, port: upstream.port, hostname };
}

async function overTls(names: string[]): Promise<ProbeTarget> {
  const authority = await createTestAuthority();
  const upstream = await startFakeUpstream({ tls: await authority.issue({ names }) });
  upstreams.push(upstream);
  return { host: upstream.host, port: upstream.port, hostname: 'api.test' };
}

async function refusing(): Promise<ProbeTarget> {
  const target = await answering({ kind: 'silence' });
  await upstreams.pop()?.close();
  return target;
}

describeHealthCheck({
  definition: activeHttp,
  configs: [
    {},
    {
      type: 'https',
      timeout: 0.5,
      http_path: '/health?full=1',
      https_sni: 'a.test',
      https_verify_certificate: false,
      headers: { 'X-Probe': ['1', '2'] },
      host_header: 'b.test:81',
    },
  ],
  services: () => [[HTTP_CLIENT, http]],
  silent: () => answering({ kind: 'silence' }),
  probes: [
    { name: 'a target that answers 200', target: () => answering({ kind: 'answer', status: 200 }), report: 'success' },
    { name: 'a target that answers 503', target: () => answering({ kind: 'answer', status: 503 }), report: 'http_failure' },
    { name: 'a target that answers 204, in neither list', target: () => answering({ kind: 'answer', status: 204 }), report: 'ignore' },
    {
      name: 'a target that answers 204, when listed',
      config: { healthy: { http_statuses: [204] } },
      target: () => answering({ kind: 'answer', status: 204 }),
      report: 'success',
    },
    { name: 'a target that refuses connections', target: refusing, report: 'tcp_failure' },
    { name: 'a target that closes without an answer', target: () => answering({ kind: 'close' }), report: 'http_failure' },
    {
      name: 'a target that does not answer in time',
      config: { timeout: 0.25 },
      target: () => answering({ kind: 'silence' }),
      during: async () => {
        await upstreams.at(-1)?.received(1);
        clock.advance(250);
      },
      report: 'timeout',
    },
    { name: 'a certificate that nobody trusts', config: { type: 'https' }, target: () => overTls(['api.test']), report: 'tcp_failure' },
    {
      name: 'a certificate that need not be trusted',
      config: { type: 'https', https_verify_certificate: false },
      target: () => overTls(['api.test']),
      report: 'success',
    },
  ],
});

it('sends what it is configured to send', async () => {
  const checked = compileSchema(activeHttp.config)({ http_path: '/up?x=1', headers: { 'X-Probe': ['1', '2'] }, host_header: 'b.test:81' });
  if (!checked.ok) throw new Error('valid');
  const check = activeHttp.create({ config: checked.config, deps: { http }, scope: new TestScope() });
  if (check.mode !== 'active') throw new Error('active');
  expect(await check.probe(await answering({ kind: 'answer', status: 200 }), new AbortController().signal)).toBe('success');
  const [request] = upstreams[0]?.requests ?? [];
  expect(request).toMatchObject({ method: 'GET', url: '/up?x=1' });
  const fields = (request?.headers ?? []).map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text));
  expect(fields).toEqual(['host', 'b.test:81', 'connection', 'close', 'x-probe', '1', 'x-probe', '2']);
});
