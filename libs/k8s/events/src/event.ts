import { createHash } from 'node:crypto';
import type { KubeObject } from '@gibbon/contracts/resource';
import type { ApiResource } from '@gibbon/k8s-client';
import type { Notice } from './notice.ts';
import type { Subject } from './subject.ts';

/** Where Events are. `kubectl describe` finds both kinds of Event by the old one's fields. */
export const EVENTS: ApiResource = { group: '', version: 'v1', plural: 'events' };

/** Events about objects without a namespace are here, where kubectl looks for them. */
const NAMESPACE_OF_CLUSTER_SCOPE = 'default';
const MAX_NAME = 253;
const HASH_LENGTH = 16;
/** As much as events.k8s.io takes. Characters; what is cut is rarely the interesting part. */
const MAX_MESSAGE = 1024;

/** Who says it. */
export interface EventSource {
  /** Name of the program. */
  readonly component: string;
  /** Name of this replica. */
  readonly instance: string;
}

/**
 * An Event of the core group, as far as it is written here.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export interface Event extends KubeObject {
  readonly involvedObject: Subject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly source: { readonly component: string };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
  /** RFC 3339, whole seconds. */
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  /** How often it was said. */
  readonly count: number;
}

/** Namespace and name of a notice's Event: the same for the same notice of the same object, whoever says it and when. */
export function eventPlace({ type, reason, message }: Notice, subject: Subject): { readonly namespace: string; readonly name: string } {
  const hash = createHash('sha256')
    .update(JSON.stringify([subject.uid, type, reason, message]))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  return {
    namespace: subject.namespace === undefined ? NAMESPACE_OF_CLUSTER_SCOPE : subject.namespace,
    name: `${subject.name.slice(0, MAX_NAME - HASH_LENGTH - 1)}.${hash}`,
  };
}

/** The Event of a notice that is said for the first time. */
export function newEvent(notice: Notice, subject: Subject, { component, instance }: EventSource, now: string): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: eventPlace(notice, subject),
    involvedObject: subject,
    type: notice.type,
    reason: notice.reason,
    message: cut(notice.message),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}

function cut(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`;
}
