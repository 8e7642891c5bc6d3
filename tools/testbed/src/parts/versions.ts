/** Releases that a testbed is made of, without the `v`. Another version is another entry in the cache. */
export const VERSIONS = {
  kubernetes: '1.37.2',
  etcd: '3.6.8',
  coredns: '1.12.2',
} as const;

/** The oldest Go that builds them. */
export const GO_VERSION = '1.26';

/** Debian's packages for what is not built, and a program by which each is recognised. */
export const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  nftables: '/usr/sbin/nft',
  conntrack: '/usr/sbin/conntrack',
  iproute2: '/sbin/ip',
  procps: '/sbin/sysctl',
};
