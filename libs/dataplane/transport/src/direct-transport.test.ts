import { describeTransport } from './contract-suite/transport.contract.ts';
import { createDirectTransport } from './direct-transport.ts';

describeTransport('direct', createDirectTransport);
