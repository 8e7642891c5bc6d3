import { watchHandles } from '@gibbon/testing-fixtures';
import { afterAll, describe } from 'vitest';
import type { Transport } from '../contract.ts';
import { describeClosing } from './closing.contract.ts';
import { describeData } from './data.contract.ts';
import { describeListening } from './listening.contract.ts';
import { describeTls } from './tls.contract.ts';

/** What every {@link Transport} must do, on real sockets of the loopback interface. */
export function describeTransport(name: string, make: () => Transport): void {
  describe(`transport ${name}`, () => {
    const handles = watchHandles();
    describeData(make);
    describeClosing(make);
    describeListening(make);
    describeTls(make);
    afterAll(() => handles.settled());
  });
}
