import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPONENT_NAMES } from './components.ts';
import { layoutOf } from './layout.ts';
import { createPki } from './pki.ts';
import { configurationFiles, planOf, writeFiles } from './plan.ts';

const layout = layoutOf('x', '/state');
const pki = createPki(Date.UTC(2026, 0, 1));
const files = new Map(configurationFiles(layout, pki, 'https://127.0.0.1:4000'));
const plan = planOf(layout, pki, {
  images: ['/a.tar'],
  apiListener: 3,
  endsWithInput: true,
  program: (name) => `/bin/${name}`,
  resolvConf: '/etc/resolv.conf',
});
const text = (path: string): string => files.get(path) ?? expect.unreachable(`${path} is not written`);

describe('configurationFiles', () => {
  it('writes a kubeconfig for programs outside and one for programs inside', () => {
    const outside = parse(text(layout.kubeconfig));
    expect(outside.clusters[0].cluster.server).toBe('https://127.0.0.1:4000');
    const inside = parse(text(layout.insideKubeconfig));
    expect(inside.clusters[0].cluster.server).toBe('https://10.10.0.1:6443');
    for (const config of [outside, inside]) {
      expect(config.contexts).toEqual([
        { name: config['current-context'], context: { cluster: config.clusters[0].name, user: config.users[0].name } },
      ]);
      expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(pki.authority.cert);
      expect(Buffer.from(config.users[0].user['client-key-data'], 'base64').toString()).toBe(pki.clients.admin.key);
    }
  });

  it('writes every file that a command line or another file names', () => {
    const all = [...Object.values(plan.components).flatMap(({ args }) => args), ...files.values(), plan.namespaceScript].join('\n');
    const named = [...all.matchAll(/\/state\/x\/(?:pki|config)\/[\w./-]+/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(20);
    const folders = new Set([...files.keys()].map((path) => join(path, '..')));
    expect(named.filter((path) => !files.has(path) && !folders.has(path))).toEqual([]);
  });

  it('tells the kubelet, containerd and CNI the same places', () => {
    const kubelet = parse(text('/state/x/config/kubelet.json'));
    expect(kubelet).toMatchObject({
      failCgroupV1: false,
      cgroupRoot: '/gibbon-testbed-x',
      containerRuntimeEndpoint: 'unix:///run/testbed/containerd.sock',
      clusterDNS: ['10.96.0.10'],
    });
    const containerd = text('/state/x/config/containerd.toml');
    expect(containerd).toContain('address = "/run/testbed/containerd.sock"');
    expect(containerd).toContain('conf_dir = "/state/x/config/cni"');
    expect(containerd).toContain('restrict_oom_score_adj = true');
    expect(parse(text('/state/x/config/cni/10-testbed.conflist')).plugins[0].ipam).toMatchObject({
      ranges: [[{ subnet: '10.244.0.0/16' }]],
      dataDir: '/run/testbed/cni',
    });
  });

  it('keeps keys from everybody else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'testbed-'));
    try {
      const file = join(folder, 'deep/er/key');
      writeFiles([[file, 'secret']]);
      expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['secret', 0o600]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('planOf', () => {
  it('has a command line for every component, each flag with a value', () => {
    expect(Object.keys(plan.components).sort()).toEqual([...COMPONENT_NAMES].sort());
    for (const { name, command, args } of Object.values(plan.components)) {
      expect(command).toMatch(name === 'containerd' ? '/usr/bin/containerd' : `/bin/${name}`);
      for (const arg of args) expect(arg).toMatch(/^--[a-z-]+=.+$|^--v=\d$/);
    }
  });

  it('survives being handed over as JSON', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("mounts the cluster's resolv.conf wherever the machine has it", () => {
    expect(plan.namespaceScript).toContain('\nmount --bind /state/x/config/resolv.conf /etc/resolv.conf\n');
    const script = (resolvConf: string | null): string =>
      planOf(layout, pki, { images: [], apiListener: 3, endsWithInput: false, program: String, resolvConf }).namespaceScript;
    // What is under /run is hidden by then, and has to be made again.
    expect(script('/run/systemd/resolve/stub-resolv.conf')).toContain(
      'mkdir -p /run/systemd/resolve\ntouch /run/systemd/resolve/stub-resolv.conf\nmount --bind /state/x/config/resolv.conf /run/systemd/resolve/stub-resolv.conf\n',
    );
    expect(script(null)).not.toContain('resolv.conf');
  });
});
