import type { Readiness } from '@gibbon/controlplane-runtime';
import { text, type Endpoint } from '../http/endpoint.ts';

/**
 * `/healthz`: the process answers. `/readyz`: it has translated everything that there is and is not stopping, whether it
 * leads or not.
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export function healthEndpoints(readiness: () => Readiness): readonly Endpoint[] {
  return [
    { path: '/healthz', answer: () => text(200, 'ok') },
    {
      path: '/readyz',
      answer: () => {
        const state = readiness();
        return state.ready ? text(200, 'ok') : text(503, state.reason);
      },
    },
  ];
}
