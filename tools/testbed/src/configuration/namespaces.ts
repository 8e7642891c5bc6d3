import { dirname, join } from 'node:path';
import type { Layout } from './layout.ts';
import { NETWORK } from './network.ts';

/**
 * Shell script that furnishes fresh network and mount namespaces; run once, inside, before anything else.
 * What programs would leave on the machine goes to memory that vanishes with the namespaces.
 * @param resolvConf where this machine's `/etc/resolv.conf` really is; `null` where it has none.
 */
export function renderNamespaceScript(layout: Layout, resolvConf: string | null): string {
  const { nodeAddress, nodePrefix } = NETWORK;
  return `set -e
mount -t tmpfs -o mode=755 testbed /run
mkdir -p /run/netns /run/lock ${layout.memory}/var-lib ${layout.memory}/var-lib-work
# Folders that the machine does not have are made in a layer of our own.
mount -t overlay -o lowerdir=/var/lib,upperdir=${layout.memory}/var-lib,workdir=${layout.memory}/var-lib-work testbed /var/lib
mkdir -p /var/lib/cni /var/lib/kubelet
mount -t tmpfs -o mode=755 testbed /var/lib/cni
mount -t tmpfs -o mode=755 testbed /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
mount -t tmpfs -o mode=755 testbed /var/log
${resolvConf === null ? '' : bindResolvConf(layout, resolvConf)}ip link set lo up
# A bridge, since kernels without dummy devices have it: the node's interface.
ip link add node type bridge
ip addr add ${nodeAddress}/${nodePrefix} dev node
ip link set node up
# Without a default route the API server finds no address to advertise, and Services' addresses have no way.
ip route add default via ${nodeAddress}
sysctl -q -w net.ipv4.ip_forward=1
`;
}

/** Programs inside ask the cluster's DNS. */
function bindResolvConf(layout: Layout, resolvConf: string): string {
  const own = `mount --bind ${join(layout.config, 'resolv.conf')} ${resolvConf}\n`;
  return resolvConf.startsWith('/run/') ? `mkdir -p ${dirname(resolvConf)}\ntouch ${resolvConf}\n${own}` : own;
}

/** `resolv.conf` for programs inside: short names are looked up in the namespace `default`. */
export function renderResolvConf(): string {
  const { domain, dnsAddress } = NETWORK;
  return `nameserver ${dnsAddress}\nsearch default.svc.${domain} svc.${domain} ${domain}\noptions ndots:5 timeout:2\n`;
}
