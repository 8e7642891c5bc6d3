import type { TrackedRead } from '@gibbon/contracts/translator';
import {
  bad,
  condition,
  good,
  resolveCertificates,
  type CertificateResolution,
  type Condition,
  type ListenerState,
  type Verdict,
} from '@gibbon/gateway-attachment';
import type { Gateway } from '@gibbon/k8s-types';

/** A listener with all that its conditions tell. */
export interface JudgedListener {
  readonly state: ListenerState;
  readonly certificates: CertificateResolution;
  readonly resolved: Verdict;
  /** Whether proxies are told of it. */
  readonly served: boolean;
  readonly programmed: Verdict;
}

/** Judges a listener by its references, too. @param proxies why the proxies serve nothing yet, or `null`. */
export function judgeListener(gateway: Gateway, state: ListenerState, proxies: Verdict | null, read: TrackedRead): JudgedListener {
  const certificates = resolveCertificates(gateway, state.listener, read);
  const resolved = certificates.problem ?? kindsVerdict(state);
  const programmed = programmedVerdict(state, certificates);
  const pending = proxies === null ? programmed : bad('Pending', proxies.message);
  return { state, certificates, resolved, served: programmed.ok, programmed: programmed.ok ? pending : programmed };
}

/** An entry of `status.listeners`. */
export function listenerStatus({ state, resolved, programmed }: JudgedListener, attachedRoutes: number, generation: number): object {
  const { accepted, conflict, overlapping, supportedKinds, listener } = state;
  const conditions: Condition[] = [
    condition('Accepted', accepted, generation),
    conflict === null
      ? condition('Conflicted', bad('NoConflicts', 'no other listener claims the same'), generation)
      : condition('Conflicted', { ...conflict, ok: true }, generation),
    condition('ResolvedRefs', resolved, generation),
    condition('Programmed', programmed, generation),
  ];
  if (overlapping.length > 0) {
    const message = `the host names overlap with those of ${overlapping.join(', ')}: clients may use one connection for hosts of both`;
    conditions.push(condition('OverlappingTLSConfig', good('OverlappingHostnames', message), generation));
  }
  return { name: listener.name, supportedKinds, attachedRoutes, conditions };
}

function kindsVerdict({ invalidKinds, listener }: ListenerState): Verdict {
  if (invalidKinds.length === 0) return good('ResolvedRefs', 'everything that the listener refers to is there');
  const expected = listener.protocol === 'HTTP' || listener.protocol === 'HTTPS' ? 'HTTPRoute' : 'none';
  return bad('InvalidRouteKinds', `protocol ${listener.protocol} has no routes of kind ${invalidKinds.join(', ')}; expected ${expected}`);
}

function programmedVerdict(
  { accepted, conflict, supportedKinds, invalidKinds }: ListenerState,
  { problem }: CertificateResolution,
): Verdict {
  if (!accepted.ok) return bad(conflict?.reason ?? 'Invalid', accepted.message);
  if (problem !== null) return bad('Invalid', problem.message);
  if (supportedKinds.length === 0 && invalidKinds.length > 0)
    return bad('Invalid', 'no kind of routes that the listener allows is supported');
  return good('Programmed', 'the proxies have the listener');
}
