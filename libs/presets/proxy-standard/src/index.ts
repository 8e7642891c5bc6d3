import type { AnyModule } from '@gibbon/contracts/module';
import roundRobin from '@gibbon/balancer-round-robin';
import activeHttp from '@gibbon/health-active-http';
import passive from '@gibbon/health-passive';
import correlationId from '@gibbon/plugin-correlation-id';
import cors from '@gibbon/plugin-cors';
import keyAuth from '@gibbon/plugin-key-auth';
import prometheus from '@gibbon/plugin-prometheus';
import rateLimiting from '@gibbon/plugin-rate-limiting';
import requestTransformer from '@gibbon/plugin-request-transformer';
import responseTransformer from '@gibbon/plugin-response-transformer';

/** The standard modules of the data plane. An app adds to the list, filters it, or replaces members by id. */
export const proxyStandard: readonly AnyModule[] = [
  roundRobin,
  activeHttp,
  passive,
  correlationId,
  cors,
  keyAuth,
  rateLimiting,
  requestTransformer,
  responseTransformer,
  prometheus,
];
