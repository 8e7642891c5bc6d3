import { createDirectTransport, createNetTransport } from '@gibbon/dataplane-transport';
import { freePort, RawClient, startFakeUpstream, watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, describe, expect, it } from 'vitest';
import { startRelay } from './relay.ts';

describe.each([
  ['net', createNetTransport],
  ['direct', createDirectTransport],
] as const)('relay on %s', (_, make) => {
  const handles = watchHandles();
  afterAll(() => handles.settled());

  it('answers with what the upstream says, over kept connections', async () => {
    const upstream = await startFakeUpstream();
    const relay = await startRelay(make(), 0, upstream);
    const client = await RawClient.open(relay);
    for (let i = 0; i < 3; i++) {
      const response = await client.send(`GET /${i} HTTP/1.1\r\nHost: x\r\n\r\n`).response();
      expect(JSON.parse(response.text)).toMatchObject({ url: `/${i}`, connection: 0 });
    }
    await client.close();
    await relay.close();
    await upstream.close();
  });

  it('breaks off when the upstream is gone', async () => {
    const relay = await startRelay(make(), 0, { host: '127.0.0.1', port: await freePort() });
    const client = await RawClient.open(relay);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.untilEnd();
    expect(client.received.length).toBe(0);
    await client.close();
    await relay.close();
  });
});
