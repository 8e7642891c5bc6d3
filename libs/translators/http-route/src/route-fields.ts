import { PRESERVE_HOST, REQUEST_BUFFERING, RESPONSE_BUFFERING, STRIP_PATH, type Draft } from '@gibbon/annotations';
import type { HTTPRoute } from '@gibbon/k8s-types';

/** Fields of Kong routes that annotations of an HTTPRoute set. */
export function annotatedFields(draft: Draft, route: HTTPRoute): Readonly<Record<string, unknown>> {
  return {
    strip_path: draft.annotation(route, STRIP_PATH) ?? false,
    preserve_host: draft.annotation(route, PRESERVE_HOST) ?? true,
    request_buffering: draft.annotation(route, REQUEST_BUFFERING) ?? true,
    response_buffering: draft.annotation(route, RESPONSE_BUFFERING) ?? true,
  };
}
