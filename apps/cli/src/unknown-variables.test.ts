import { TestServices } from '@gibbon/testing-contract-kits';
import { describe, expect, test } from 'vitest';
import { unknownVariables, warnOfUnknownVariables } from './unknown-variables.ts';

const ENVIRONMENT = {
  PATH: '/bin',
  GIBBON_LAUNCHER_PID: '1',
  GIBBON_PUBISH: 'http://127.0.0.1:8001',
  GIBBON_PROXY_SERVICE_HOST: '10.96.0.7',
  GIBBON_PROXY_SERVICE_PORT_HTTP: '80',
  GIBBON_PROXY_PORT: 'tcp://10.96.0.7:80',
  GIBBON_PROXY_PORT_80_TCP_ADDR: '10.96.0.7',
  CONTROLLER_INGRESS_CLASS: 'kong',
  CONTROLLER_KONNECT_ADDRESS: 'x',
  CONTROLLER_FEATURE_GATES: 'GatewayAlpha=true',
  KONG_PROXY_LISTEN: '0.0.0.0:80',
  KONG_PG_PORT: '5432',
  KONG_DATABASE: 'off',
};

describe('unknownVariables', () => {
  test('are those of the command that no setting has, and not what Kubernetes sets for Services', () => {
    expect(unknownVariables('controller', ENVIRONMENT)).toEqual([
      'CONTROLLER_FEATURE_GATES',
      'CONTROLLER_KONNECT_ADDRESS',
      'GIBBON_PUBISH',
    ]);
    expect(unknownVariables('proxy', ENVIRONMENT)).toEqual(['GIBBON_PUBISH', 'KONG_DATABASE', 'KONG_PG_PORT']);
    expect(unknownVariables('gateway', ENVIRONMENT)).toHaveLength(5);
  });

  test('are told in one line, and no line where there are none', () => {
    const services = new TestServices();
    warnOfUnknownVariables('controller', { CONTROLLER_LOG_LEVEL: 'debug', GIBBON_LOG_LEVEL: 'info' }, services.logger);
    expect(services.lines).toEqual([]);
    warnOfUnknownVariables('proxy', ENVIRONMENT, services.logger);
    expect(services.lines).toMatchObject([{ level: 'warn', fields: { variables: ['GIBBON_PUBISH', 'KONG_DATABASE', 'KONG_PG_PORT'] } }]);
  });
});
