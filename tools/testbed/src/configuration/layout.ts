import { join } from 'node:path';

/** Where the files of one testbed are. */
export interface Layout {
  readonly name: string;
  /** Outside and inside: certificates, configuration, logs, sockets. */
  readonly folder: string;
  /** Held as long as any process of the testbed's own lives. */
  readonly lock: string;
  /** Process id of the one whose end ends all others. */
  readonly processId: string;
  readonly pki: string;
  readonly config: string;
  readonly logs: string;
  /** For programs outside: through the loopback interface. */
  readonly kubeconfig: string;
  /** For programs inside: straight to the API server. */
  readonly insideKubeconfig: string;
  /** Unix socket of the supervisor. */
  readonly control: string;
  /** Inside only, in memory: data of etcd, containers and images. */
  readonly memory: string;
  readonly containerdSocket: string;
  /** Group in every cgroup hierarchy, from its root. */
  readonly cgroup: string;
}

/** A Unix socket's path has 107 bytes at most. */
const LONGEST_SOCKET_PATH = 107;

/** Mounted over inside, so that files of a testbed there would not be seen. */
const HIDDEN_FOLDERS = ['/run', '/var/lib', '/var/log', '/proc', '/sys'];

/** Names are parts of paths and of cgroups. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * The files of a testbed of this name.
 * @param state folder of all testbeds. @throws Error for a name or a folder that cannot be used, saying why.
 */
export function layoutOf(name: string, state: string): Layout {
  if (!NAME.test(name)) throw new Error(`a testbed's name has 1 to 40 lower-case letters, digits and dashes, not '${name}'`);
  const folder = join(state, name);
  const control = join(folder, 'control.sock');
  if (HIDDEN_FOLDERS.some((hidden) => folder.startsWith(`${hidden}/`)))
    throw new Error(`${folder} is hidden inside a testbed: set XDG_STATE_HOME to a folder elsewhere`);
  if (Buffer.byteLength(control) > LONGEST_SOCKET_PATH)
    throw new Error(`${control} is too long for a socket: set XDG_STATE_HOME to a shorter path`);
  const memory = '/run/testbed';
  return {
    name,
    folder,
    lock: join(folder, 'lock'),
    processId: join(folder, 'pid'),
    pki: join(folder, 'pki'),
    config: join(folder, 'config'),
    logs: join(folder, 'logs'),
    kubeconfig: join(folder, 'kubeconfig'),
    insideKubeconfig: join(folder, 'config/admin.kubeconfig'),
    control,
    memory,
    containerdSocket: join(memory, 'containerd.sock'),
    cgroup: `/gibbon-testbed-${name}`,
  };
}
