import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a testbed could leave on the machine. */
export interface MachineState {
  readonly mounts: number;
  readonly cgroups: readonly string[];
  readonly devices: readonly string[];
  /** Processes whose command line or cgroup has to do with testbeds. */
  readonly processes: readonly string[];
  readonly folders: readonly string[];
}

const FOLDERS = [
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/pods',
  '/var/log/containers',
  '/opt/containerd',
  '/run/netns',
  '/run/testbed',
  '/run/containerd',
];

/** The traces of the testbeds with these names, and of programs that keep files in fixed places. */
export function machineState(names: readonly string[]): MachineState {
  const state = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'gibbon/testbed');
  const mine = (text: string): boolean => names.some((name) => text.includes(`gibbon-testbed-${name}`) || text.includes(join(state, name)));
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
    cgroups: globSync('/sys/fs/cgroup/{,*/}gibbon-testbed-*').filter(mine),
    devices: readdirSync('/sys/class/net').sort(),
    processes: readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && mine(readProcess(entry))),
    folders: [...FOLDERS.filter(existsSync), ...names.map((name) => join(state, name)).filter(existsSync)],
  };
}

function readProcess(id: string): string {
  try {
    return `${readFileSync(`/proc/${id}/cmdline`, 'utf8')}${readFileSync(`/proc/${id}/cgroup`, 'utf8')}`;
  } catch {
    return '';
  }
}
