import { createDirectTransport, createNetTransport } from '@gibbon/dataplane-transport';
import { startRelay } from './relay.ts';

const [name, port, upstreamPort] = process.argv.slice(2);
await startRelay(name === 'direct' ? createDirectTransport() : createNetTransport(), Number(port), {
  host: '127.0.0.1',
  port: Number(upstreamPort),
});
process.once('SIGTERM', () => process.exit(0));
