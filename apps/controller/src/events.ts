import type { Disposable } from '@gibbon/contracts/module';
import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { Logger, Metrics } from '@gibbon/contracts/services';
import { LEADERSHIP } from '@gibbon/contracts/status';
import type { ProblemChanges } from '@gibbon/controlplane-runtime';
import { KUBE_CLIENT } from '@gibbon/k8s-client';
import { EventRecorder, SubjectFinder } from '@gibbon/k8s-events';
import type { Host } from '@gibbon/kernel';
import { systemClock, systemRandom } from '@gibbon/time';
import { hostname } from 'node:os';
import { noticesOf } from './problem-notices.ts';

/** Who writes Events. */
const COMPONENT = 'gibbon-controller';

/** What Events need beside the host's services. */
export interface EventParts {
  readonly kinds: ReadonlyMap<string, ResourceKind>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** An object as it was read, or `null`. */
  known(ref: ObjectRef): KubeObject | null;
}

/** Events about objects that have problems. */
export interface ProblemEvents extends Disposable {
  follow(changes: ProblemChanges): void;
}

/** Writes Events to the cluster of the host about objects that have problems; ends when disposed. */
export function openEvents(host: Host, { kinds, metrics, log, known }: EventParts): ProblemEvents {
  const client = host.resolve(KUBE_CLIENT);
  const pod = ownPod();
  const recorder = new EventRecorder({
    client,
    subjects: new SubjectFinder({
      client,
      kinds,
      known: (ref) => (pod?.object !== undefined && isOf(pod.ref, ref) ? pod.object : known(ref)),
    }),
    source: { component: COMPONENT, instance: process.env['POD_NAME'] ?? hostname() },
    clock: systemClock,
    random: systemRandom,
    logger: log.child({ module: 'events' }),
    metrics,
    leadership: host.resolve(LEADERSHIP),
  });
  return {
    follow: (changes) => {
      const { raised, withdrawn } = noticesOf(changes, pod?.ref ?? null);
      for (const notice of withdrawn) recorder.withdraw(notice);
      for (const notice of raised) recorder.raise(notice);
    },
    dispose: () => recorder.dispose(),
  };
}

/** The Pod of this process, by the variables that its Deployment sets; Pods may not be read. */
function ownPod(): { readonly ref: ObjectRef; readonly object: KubeObject } | null {
  const { POD_NAME: name = '', POD_NAMESPACE: namespace = '', POD_UID: uid = '' } = process.env;
  if (name === '' || namespace === '' || uid === '') return null;
  return { ref: { kind: 'Pod', namespace, name }, object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } } };
}

function isOf(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
