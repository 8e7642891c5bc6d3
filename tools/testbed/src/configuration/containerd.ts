import { join } from 'node:path';
import { PAUSE_IMAGE } from '../images/names.ts';
import type { Layout } from './layout.ts';
import { NETWORK } from './network.ts';

/** Of no use here; each costs start-up time or leaves files. */
const DISABLED_PLUGINS = [
  'io.containerd.internal.v1.opt',
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.zfs',
  'io.containerd.tracing.processor.v1.otlp',
  'io.containerd.internal.v1.tracing',
];

/**
 * Configuration of containerd (TOML, version 2: containerd 1.6 and later read it).
 * @see https://github.com/containerd/containerd/blob/release/1.6/docs/cri/config.md
 */
export function renderContainerdConfig(layout: Layout): string {
  const text = (value: string): string => JSON.stringify(value);
  return `version = 2
root = ${text(join(layout.memory, 'containerd'))}
state = ${text(join(layout.memory, 'containerd-state'))}
disabled_plugins = [${DISABLED_PLUGINS.map(text).join(', ')}]

[grpc]
  address = ${text(layout.containerdSocket)}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(PAUSE_IMAGE)}
  # runc fails where this process may not lower the score: without CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = ${text(join(layout.config, 'cni'))}
`;
}

/** Network of the pods: a bridge, addresses by file, and ports of the node. @see https://www.cni.dev/docs/spec/ */
export function cniConfiguration(layout: Layout): unknown {
  return {
    cniVersion: '1.0.0',
    name: 'testbed',
    plugins: [
      {
        type: 'bridge',
        bridge: 'pods',
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: NETWORK.podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
          dataDir: join(layout.memory, 'cni'),
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}
