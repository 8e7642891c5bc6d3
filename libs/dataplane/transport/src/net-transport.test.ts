import { describeTransport } from './contract-suite/transport.contract.ts';
import { createNetTransport } from './net-transport.ts';

describeTransport('net', createNetTransport);
