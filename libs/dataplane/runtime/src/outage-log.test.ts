import type { Attempt } from '@gibbon/contracts/plugin';
import { TestServices } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, test } from 'vitest';
import { OutageLog } from './outage-log.ts';

const attempts: readonly Attempt[] = [{ host: '10.0.0.1', port: 80, startedAt: 0, status: 0, failure: 'connect' }];

let services: TestServices;
let now: number;
let outages: OutageLog;
beforeEach(() => {
  services = new TestServices();
  now = 1000;
  outages = new OutageLog(services.logger, () => now);
});

const fail = (service: string, id = 'r1'): void => outages.failed({ id, service, status: 502, attempts });
const warnings = (): unknown[] => services.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);

describe('OutageLog', () => {
  test('says the first failure at once, with what was tried', () => {
    fail('api');
    expect(warnings()).toEqual([
      { service: 'api', status: 502, requestId: 'r1', attempts: [{ host: '10.0.0.1', port: 80, failure: 'connect' }] },
    ]);
  });

  test('keeps quiet for a while, then says how many there were', () => {
    for (let n = 0; n < 500; n++) fail('api');
    expect(warnings()).toHaveLength(1);
    now += 10_000;
    fail('api', 'r501');
    expect(warnings()).toHaveLength(2);
    expect(warnings()[1]).toMatchObject({ requestId: 'r501', alsoFailed: 499 });
  });

  test('tells services apart', () => {
    fail('api');
    fail('shop');
    expect(warnings()).toMatchObject([{ service: 'api' }, { service: 'shop' }]);
  });

  test('remembers a bounded number of services', () => {
    for (let n = 0; n < 1001; n++) fail(`s${n}`);
    fail('s0');
    expect(warnings()).toHaveLength(1002);
  });
});
