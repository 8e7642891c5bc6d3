import type { HttpClientRequest } from '@gibbon/contracts/services';
import { beforeEach, expect, it } from 'vitest';
import { AdminClient, type ClientSettings } from './admin-client.ts';

const SETTINGS: ClientSettings = {
  timeoutMs: 1000,
  headers: ['Kong-Admin-Token', 'secret'],
  servername: 'admin.test',
  verify: false,
  tls: { ca: 'authorities' },
};
const TLS = { ca: 'own authorities', cert: 'own certificate', key: 'own key' };

let requests: HttpClientRequest[];

beforeEach(() => {
  requests = [];
});

function client(target: AdminClient['target']): AdminClient {
  const http = {
    request: async (request: HttpClientRequest) => {
      requests.push(request);
      return { status: 200, headers: [], body: Buffer.from('{}') };
    },
  };
  return new AdminClient(target, { http, settings: SETTINGS, signal: new AbortController().signal });
}

it('talks to targets as the options say', async () => {
  await client({ name: 'a', url: 'https://10.0.0.1:8444/' }).get('/status');
  expect(requests).toMatchObject([
    { url: 'https://10.0.0.1:8444/status', servername: 'admin.test', verify: false, tls: { ca: 'authorities' }, timeoutMs: 1000 },
  ]);
  expect(requests[0]?.headers).toEqual(expect.arrayContaining(['Kong-Admin-Token', 'secret']));
});

it('talks to a target with certificates of its own with these, verifies its certificate, and follows when they are others', async () => {
  const target = { name: 'a', url: 'https://10.0.0.1:8444', servername: 'proxy.test', tls: TLS };
  const made = client(target);
  await made.get('/status');
  made.target = { ...target, tls: { ...TLS, cert: 'renewed certificate' } };
  await made.send('POST', '/config', '{}');
  expect(requests).toMatchObject([
    { servername: 'proxy.test', verify: true, tls: TLS },
    { servername: 'proxy.test', verify: true, tls: { ...TLS, cert: 'renewed certificate' } },
  ]);
});
