import type { Testbed } from '@gibbon/testbed';

/** Logs that are being kept. */
export interface KeptLogs {
  /** Copies all that was kept to a folder, and ends. */
  collect(folder: string): Promise<void>;
}

const PODS = '/var/log/pods';
/** In the same file system, so that a link keeps what the kubelet removes with its pod. */
const KEPT = '/var/log/kept';
const COPY_TIMEOUT_MS = 120_000;

/** A link costs nothing, and what is written later is seen through it. The cluster's own pods have nothing to tell. */
const FOLLOW = `mkdir -p ${KEPT}; while sleep 0.5; do for pod in ${PODS}/*; do case $pod in */kube-system_*) ;; *) cp -rln "$pod" ${KEPT}/ 2>/dev/null;; esac; done; done`;

/**
 * Keeps the logs of all pods, those of Gateways that a test removes again as well, until they are collected or the testbed ends.
 * They are files `<namespace>_<pod>_<uid>/<container>/<restart>.log`.
 */
export function keepPodLogs(testbed: Testbed): KeptLogs {
  const follower = testbed.spawn(['sh', '-c', FOLLOW], { stdio: 'ignore' });
  follower.on('error', () => {});
  return {
    collect: async (folder) => {
      follower.kill();
      const copied = await testbed.run(['cp', '-r', `${KEPT}/.`, folder], { timeoutMs: COPY_TIMEOUT_MS });
      if (copied.code !== 0) throw new Error(`logs cannot be copied to ${folder}: ${copied.stderr.trim()}`);
    },
  };
}
