import type { AnyModule } from '@gibbon/contracts/module';
import roundRobin from '@gibbon/balancer-round-robin';
import activeHttp from '@gibbon/health-active-http';
import passive from '@gibbon/health-passive';
import correlationId from '@gibbon/plugin-correlation-id';
import cors from '@gibbon/plugin-cors';
import gibbonCors from '@gibbon/plugin-gibbon-cors';
import gibbonHeaderModifier from '@gibbon/plugin-gibbon-header-modifier';
import gibbonMirror from '@gibbon/plugin-gibbon-mirror';
import gibbonRedirect from '@gibbon/plugin-gibbon-redirect';
import gibbonRetries from '@gibbon/plugin-gibbon-retries';
import gibbonTimeouts from '@gibbon/plugin-gibbon-timeouts';
import gibbonTrafficSplit from '@gibbon/plugin-gibbon-traffic-split';
import gibbonUrlRewrite from '@gibbon/plugin-gibbon-url-rewrite';
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
  gibbonCors,
  gibbonRedirect,
  gibbonHeaderModifier,
  gibbonUrlRewrite,
  gibbonMirror,
  gibbonRetries,
  gibbonTimeouts,
  gibbonTrafficSplit,
  rateLimiting,
  requestTransformer,
  responseTransformer,
  prometheus,
];
