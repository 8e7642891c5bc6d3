import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '@gibbon/x509';
import { componentsOf, type Component, type ComponentName } from './components.ts';
import { cniConfiguration, renderContainerdConfig } from './containerd.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { kubeProxyConfiguration } from './kube-proxy.ts';
import { kubeletConfiguration } from './kubelet.ts';
import type { Layout } from './layout.ts';
import { renderNamespaceScript, renderResolvConf } from './namespaces.ts';
import { NETWORK } from './network.ts';
import type { ClientName, Pki } from './pki.ts';

/** Everything that a supervisor needs to know; handed over as JSON. */
export interface Plan {
  readonly layout: Layout;
  readonly components: Readonly<Record<ComponentName, Component>>;
  readonly namespaceScript: string;
  /** Tars of images. */
  readonly images: readonly string[];
  /** PEM. */
  readonly authority: string;
  readonly admin: Identity;
  /** Number of the inherited file that is the listening socket on the machine's loopback interface. */
  readonly apiListener: number;
  /** Whether the testbed ends when the supervisor's standard input does. */
  readonly endsWithInput: boolean;
}

/** A file to be written: its path and contents. Those with keys are readable by their owner alone. */
export type ConfigurationFile = readonly [path: string, content: string];

const ONLY_OWNER = 0o600;

/** The address of the API server for programs inside. */
export const INSIDE_SERVER = `https://${NETWORK.nodeAddress}:${NETWORK.apiPort}`;

/** Every file of a testbed's configuration. @param server address of the API server for programs outside. */
export function configurationFiles(layout: Layout, pki: Pki, server: string): readonly ConfigurationFile[] {
  const kubeconfig = (client: ClientName, address: string, name: string): string =>
    renderKubeconfig({ server: address, authority: pki.authority.cert, client: pki.clients[client], name });
  const clients = Object.keys(pki.clients) as ClientName[];
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    ...pkiFiles(layout, pki),
    ...clients.map((name): ConfigurationFile => [
      join(layout.config, `${name}.kubeconfig`),
      kubeconfig(name, INSIDE_SERVER, `testbed-${layout.name}`),
    ]),
    [layout.kubeconfig, kubeconfig('admin', server, `testbed-${layout.name}`)],
    [join(layout.config, 'containerd.toml'), renderContainerdConfig(layout)],
    [join(layout.config, 'cni/10-testbed.conflist'), json(cniConfiguration(layout))],
    [join(layout.config, 'kubelet.json'), json(kubeletConfiguration(layout))],
    [join(layout.config, 'kube-proxy.json'), json(kubeProxyConfiguration(layout))],
    [join(layout.config, 'resolv.conf'), renderResolvConf()],
  ];
}

function pkiFiles(layout: Layout, pki: Pki): readonly ConfigurationFile[] {
  const identity = (name: string, { cert, key }: Identity): readonly ConfigurationFile[] => [
    [join(layout.pki, `${name}.crt`), cert],
    [join(layout.pki, `${name}.key`), key],
  ];
  return [
    ...identity('ca', pki.authority),
    ...identity('api-server', pki.apiServer),
    ...identity('kubelet-client', pki.kubeletClient),
    ...identity('kubelet-server', pki.kubeletServer),
    [join(layout.pki, 'service-accounts.pub'), pki.serviceAccounts.publicKey],
    [join(layout.pki, 'service-accounts.key'), pki.serviceAccounts.privateKey],
  ];
}

/** What differs between one start and another. */
export interface PlanOptions extends Pick<Plan, 'images' | 'apiListener' | 'endsWithInput'> {
  /** Path of a built program by its name. */
  readonly program: (name: string) => string;
  /** Where this machine's `/etc/resolv.conf` really is; `null` where it has none. */
  readonly resolvConf: string | null;
}

/** The plan of a testbed. */
export function planOf(layout: Layout, pki: Pki, options: PlanOptions): Plan {
  const { images, apiListener, endsWithInput } = options;
  return {
    layout,
    components: componentsOf(layout, options.program),
    namespaceScript: renderNamespaceScript(layout, options.resolvConf),
    images,
    authority: pki.authority.cert,
    admin: pki.clients.admin,
    apiListener,
    endsWithInput,
  };
}

/** Writes files, making their folders. */
export function writeFiles(files: readonly ConfigurationFile[]): void {
  for (const [path, content] of files) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content, { mode: ONLY_OWNER });
  }
}
