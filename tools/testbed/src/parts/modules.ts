import { VERSIONS } from './versions.ts';

/** One program built from a Go module. */
export interface Program {
  readonly name: string;
  /** Go package, or `.` for a main of ours in `go/<name>`. */
  readonly package: string;
}

/** Programs that are built together, and kept together in the cache. */
export interface GoModule {
  readonly name: 'kubernetes' | 'etcd' | 'coredns' | 'own';
  /** Module path and version; `null` for programs that use the standard library alone. */
  readonly requires: { readonly path: string; readonly version: string } | null;
  /** Whether the module's own `go.mod` is the base of ours: Kubernetes holds its libraries by `replace` lines, which only count in the main module. */
  readonly inheritsReplacements: boolean;
  readonly programs: readonly Program[];
  /** Whether the programs must run in an empty root file system. */
  readonly static: boolean;
  readonly linkerFlags: string;
}

const [major, minor] = VERSIONS.kubernetes.split('.');
const VERSION_VARIABLES = 'k8s.io/component-base/version';
const STRIP = '-s -w';

/** Without these Kubernetes calls itself v0.0.0, and clients compare versions. */
const KUBERNETES_LINKER_FLAGS = [
  STRIP,
  `-X ${VERSION_VARIABLES}.gitVersion=v${VERSIONS.kubernetes}`,
  `-X ${VERSION_VARIABLES}.gitMajor=${major}`,
  `-X ${VERSION_VARIABLES}.gitMinor=${minor}`,
].join(' ');

/** Kubernetes programs, what a start needs first is built first. */
const KUBERNETES_PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kubelet', 'kube-scheduler', 'kube-proxy', 'kubectl'];

/** Everything that is built, the long ones last. */
export const GO_MODULES: readonly GoModule[] = [
  {
    name: 'own',
    requires: null,
    inheritsReplacements: false,
    programs: ['init', 'pause', 'echo'].map((name) => ({ name, package: '.' })),
    static: true,
    linkerFlags: STRIP,
  },
  {
    name: 'etcd',
    requires: { path: 'go.etcd.io/etcd/server/v3', version: VERSIONS.etcd },
    inheritsReplacements: false,
    programs: [{ name: 'etcd', package: '.' }],
    static: false,
    linkerFlags: STRIP,
  },
  {
    name: 'coredns',
    requires: { path: 'github.com/coredns/coredns', version: VERSIONS.coredns },
    inheritsReplacements: false,
    programs: [{ name: 'coredns', package: 'github.com/coredns/coredns' }],
    static: true,
    linkerFlags: STRIP,
  },
  {
    name: 'kubernetes',
    requires: { path: 'k8s.io/kubernetes', version: VERSIONS.kubernetes },
    inheritsReplacements: true,
    programs: KUBERNETES_PROGRAMS.map((name) => ({ name, package: `k8s.io/kubernetes/cmd/${name}` })),
    static: false,
    linkerFlags: KUBERNETES_LINKER_FLAGS,
  },
];
