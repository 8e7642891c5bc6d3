import { describeHealthCheck } from '@gibbon/testing-contract-kits';
import passive from './module.ts';

const custom = { healthy: { http_statuses: [200, 500] }, unhealthy: { http_statuses: [404, 500, 504] } };

describeHealthCheck({
  definition: passive,
  configs: [{}, custom],
  classifications: [
    { status: 200, failure: 'none', report: 'success' },
    { status: 308, failure: 'none', report: 'success' },
    { status: 404, failure: 'none', report: 'ignore' },
    { status: 429, failure: 'none', report: 'http_failure' },
    { status: 503, failure: 'none', report: 'http_failure' },
    { status: 502, failure: 'none', report: 'ignore' },
    { status: 504, failure: 'none', report: 'timeout' },
    { status: 0, failure: 'none', report: 'http_failure' },
    { status: 0, failure: 'connect', report: 'tcp_failure' },
    { status: 0, failure: 'timeout', report: 'timeout' },
    { status: 200, failure: 'timeout', report: 'timeout' },
    { config: custom, status: 404, failure: 'none', report: 'http_failure' },
    { config: custom, status: 500, failure: 'none', report: 'success' },
    { config: custom, status: 201, failure: 'none', report: 'ignore' },
    { config: custom, status: 504, failure: 'none', report: 'timeout' },
  ],
});
