import { resolveSettings, settingsOf, SETTINGS, variablesOf } from '@gibbon/cli';
import { USER_ID } from '@gibbon/image';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { VALUES } from './chart/values.ts';
import { deploymentFiles } from './generate.ts';
import { helmProgram } from './helm.ts';

const files = deploymentFiles();
const CHART = 'deploy/helm/gibbon';
const file = (path: string): string => files.get(path) ?? '';
const documents = (text: string): any[] =>
  parseAllDocuments(text)
    .map((document) => document.toJSON())
    .filter((value) => value !== null);

const objects = documents(file('deploy/manifests/gibbon.yaml'));
const ofKind = (kind: string): any[] => objects.filter((object) => object.kind === kind);
const named = (kind: string, name: string): any => objects.find((object) => object.kind === kind && object.metadata.name === name);
const deployments = ofKind('Deployment').map((deployment) => [deployment.metadata.name, deployment] as const);
const containerOf = (deployment: any): any => deployment.spec.template.spec.containers[0];

/** Whether a selector's labels are among others. */
function selects(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

describe('plain manifests', () => {
  it('have every object once', () => {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(keys).toEqual([...new Set(keys)]);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined))).toEqual(
      new Set([ofKind('Namespace')[0].metadata.name]),
    );
  });

  it.each(deployments)('%s uses accounts and ports that exist, and is selected by what is for it', (name, deployment) => {
    const { selector, template } = deployment.spec;
    expect(selects(selector.matchLabels, template.metadata.labels)).toBe(true);
    expect(named('ServiceAccount', template.spec.serviceAccountName)).toBeDefined();
    expect(named('PodDisruptionBudget', name).spec.selector).toEqual(selector);
    const { readinessProbe, livenessProbe, ports = [] } = containerOf(deployment);
    const portNames = ports.map((port: any) => port.name);
    for (const probe of [readinessProbe, livenessProbe].filter((each) => each !== undefined))
      expect(portNames).toContain(probe.httpGet.port);
  });

  it.each(ofKind('Service').map((service) => [service.metadata.name, service] as const))(
    'Service %s reaches ports of pods that exist',
    (_name, { spec }) => {
      const targets = deployments
        .map(([, deployment]) => deployment)
        .filter((deployment) => selects(spec.selector, deployment.spec.template.metadata.labels));
      expect(targets).toHaveLength(1);
      const names = containerOf(targets[0]).ports.map((port: any) => port.name);
      for (const { targetPort } of spec.ports) expect(names).toContain(targetPort);
    },
  );

  it.each(deployments)('%s has settings that its command understands', (name, deployment) => {
    const command = name.endsWith('-proxy') ? 'proxy' : 'controller';
    const { env } = containerOf(deployment);
    const known = new Set(settingsOf(command).flatMap(variablesOf));
    expect(
      env.map((variable: any) => variable.name).filter((variable: string) => variable.startsWith('GIBBON_') && !known.has(variable)),
    ).toEqual([]);
    const environment = Object.fromEntries(env.map((variable: any) => [variable.name, variable.value]));
    expect(resolveSettings(command, {}, environment)).toMatchObject({ ok: true });
  });

  it('open the ports that the settings listen on, the Admin API to controllers alone', () => {
    const proxy = named('Deployment', 'gibbon-proxy');
    const settings = Object.fromEntries(containerOf(proxy).env.map((variable: any) => [variable.name, variable.value]));
    const listened = [settings.GIBBON_PROXY_LISTEN, settings.GIBBON_ADMIN_LISTEN, settings.GIBBON_STATUS_LISTEN]
      .join()
      .match(/(?<=:)\d+/g)!
      .map(Number);
    expect(containerOf(proxy).ports.map((port: any) => port.containerPort)).toEqual(expect.arrayContaining(listened));
    const [policy] = ofKind('NetworkPolicy');
    expect(selects(policy.spec.podSelector.matchLabels, proxy.spec.template.metadata.labels)).toBe(true);
    const admin = policy.spec.ingress.filter(({ ports }: any) => ports.some(({ port }: any) => port === 8444));
    expect(admin).toHaveLength(1);
    expect(selects(admin[0].from[0].podSelector.matchLabels, named('Deployment', 'gibbon-controller').spec.template.metadata.labels)).toBe(
      true,
    );
    expect(
      ofKind('Service')
        .find(({ spec }) => spec.type === 'LoadBalancer')
        .spec.ports.map(({ targetPort }: any) => targetPort),
    ).toEqual(['http', 'https']);
  });

  it('let controllers and proxies know each other by Secrets that controllers may make and nobody else reads', () => {
    const settings = Object.fromEntries(
      containerOf(named('Deployment', 'gibbon-controller')).env.map(({ name, value }: any) => [name, value]),
    );
    const names = [settings.GIBBON_ADMIN_IDENTITY_SECRET, settings.GIBBON_PROXY_CERTIFICATE_SECRET];
    const { rules } = named('Role', 'gibbon-controller');
    const onSecrets = rules.filter(({ resources }: any) => resources.includes('secrets'));
    expect(onSecrets.map(({ verbs, resourceNames }: any) => [verbs, resourceNames])).toEqual([
      [['get', 'update'], names],
      [['create'], undefined],
    ]);
    const { volumes } = named('Deployment', 'gibbon-proxy').spec.template.spec;
    expect(volumes.flatMap(({ secret }: any) => secret?.secretName ?? [])).toEqual([names[1]]);
    const admin = named('Service', 'gibbon-proxy-admin');
    expect(settings.GIBBON_PROXY_SERVICE).toBe(`${admin.metadata.namespace}/${admin.metadata.name}`);
    const { env } = containerOf(named('Deployment', 'gibbon-proxy'));
    expect(env).toContainEqual({ name: 'GIBBON_ADMIN_LISTEN', value: `0.0.0.0:${admin.spec.ports[0].port} ssl` });
    expect(env.map(({ name }: any) => name)).toContain('GIBBON_ADMIN_SSL_CLIENT_CA');
  });

  it('give permissions to the controller alone, and its token to nothing else', () => {
    const bindings = [...ofKind('RoleBinding'), ...ofKind('ClusterRoleBinding')];
    expect(new Set(bindings.map(({ roleRef }) => roleRef.name))).toEqual(
      new Set([...ofKind('Role'), ...ofKind('ClusterRole')].map(({ metadata }) => metadata.name)),
    );
    for (const { kind, roleRef, subjects } of bindings) {
      expect(`${roleRef.kind}Binding`).toBe(kind);
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'gibbon-controller', namespace: 'gibbon' }]);
    }
    expect(deployments.map(([name, { spec }]) => [name, spec.template.spec.automountServiceAccountToken])).toEqual([
      ['gibbon-controller', true],
      ['gibbon-proxy', false],
    ]);
  });

  it.each(deployments)('%s meets the restricted pod security standard', (_name, deployment) => {
    const { securityContext } = deployment.spec.template.spec;
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(deployment).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

describe('classes of Gateways', () => {
  it('are one with proxies of its own and one without, both of the controller that is deployed', () => {
    const classes = documents(file('deploy/manifests/gateway-classes.yaml'));
    expect(classes.map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual([
      ['gibbon', undefined],
      ['kong', { 'konghq.com/gatewayclass-unmanaged': 'true' }],
    ]);
    const { env } = containerOf(named('Deployment', 'gibbon-controller'));
    const { value } = env.find((variable: any) => variable.name === 'GIBBON_GATEWAY_CONTROLLER_NAME');
    for (const { spec } of classes) expect(spec.controllerName).toBe(value);
  });
});

describe('the chart', () => {
  const templates = [...files].filter(([path]) => path.startsWith(`${CHART}/templates/`));

  it('uses every value that it has, and no other', () => {
    const used = new Set(templates.flatMap(([, text]) => [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path)));
    expect(used).toEqual(new Set(VALUES.map(({ path }) => path)));
  });

  it('closes every block that it opens', () => {
    for (const [path, text] of templates) {
      const opened = text.match(/\{\{-? (?:if|with|range)\b/g) ?? [];
      expect([path, text.match(/\{\{-? end\b/g)?.length ?? 0]).toEqual([path, opened.length]);
    }
  });

  it('has values as its table says, all described, and a schema that knows them', () => {
    const values = parse(file(`${CHART}/values.yaml`));
    const schema = JSON.parse(file(`${CHART}/values.schema.json`));
    for (const { path, default: expected, description } of VALUES) {
      const parts = path.split('.');
      expect(parts.reduce((branch, part) => branch[part], values)).toEqual(expected);
      expect(parts.reduce((branch, part) => branch.properties[part], schema).description).toBe(description);
      expect(description).toMatch(/\.$/);
    }
    expect(schema.additionalProperties).toBe(false);
  });

  it('brings the definitions of the plain manifests', () => {
    const inChart = [...files].filter(([path]) => path.startsWith(`${CHART}/crds/`)).flatMap(([, text]) => documents(text));
    expect(inChart).toEqual(documents(file('deploy/manifests/crds.yaml')));
  });

  it('names no setting that does not exist', () => {
    const known = new Set(SETTINGS.flatMap(variablesOf));
    const mentioned = templates.flatMap(([, text]) => text.match(/GIBBON_\w+/g) ?? []);
    expect(mentioned.filter((variable) => !known.has(variable))).toEqual([]);
  });
});

const helm = helmProgram();
if (helm === null) process.stdout.write('Helm is not built (npm run deploy -- --build-helm): the chart is not rendered by it.\n');

describe.skipIf(helm === null)('rendered by Helm', () => {
  let folder: string;
  const run = (...args: string[]): string =>
    execFileSync(helm!, args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, HOME: folder } });
  const template = (...args: string[]): any[] =>
    documents(run('template', 'gibbon', join(folder, CHART), '--namespace', 'gibbon', ...args));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gibbon-chart-'));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the chart passes lint', () => {
    expect(run('lint', '--strict', join(folder, CHART))).toContain('0 chart(s) failed');
  });

  it('its defaults are the plain manifests', () => {
    const byName = (all: any[]): Record<string, unknown> =>
      Object.fromEntries(all.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
    const rendered = template();
    for (const { metadata } of rendered)
      if (metadata.labels['app.kubernetes.io/managed-by'] === 'Helm') metadata.labels['app.kubernetes.io/managed-by'] = 'kubectl';
    expect(byName(rendered)).toEqual(byName(objects.filter(({ kind }) => kind !== 'Namespace')));
  });

  it('values of every kind end where they belong', () => {
    const sets = [
      'proxy.trustedIps={10.0.0.0/8,10.1.0.0/16}',
      'proxy.env.GIBBON_TRANSPORT=net',
      'proxy.workers=4',
      'proxy.service.loadBalancerClass=x.test/lb',
      'proxy.nodeSelector.disk=ssd',
      'image.tag=edge',
    ];
    const rendered = template(
      ...sets.flatMap((set) => ['--set', set]),
      '--set',
      'ingressClass.create=false,proxy.adminNetworkPolicy=false,proxy.podDisruptionBudget.enabled=false,proxy.preStopSeconds=0',
    );
    const kinds = rendered.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).not.toContain('NetworkPolicy gibbon-proxy-admin');
    expect(kinds).not.toContain('PodDisruptionBudget gibbon-proxy');
    expect(kinds.filter((kind) => kind.startsWith('IngressClass'))).toEqual([]);
    const { spec } = rendered.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gibbon-proxy').spec.template;
    expect(spec.nodeSelector).toEqual({ disk: 'ssd' });
    expect(spec.containers[0].image).toBe('gibbon.dev/proxy:edge');
    expect(spec.containers[0].lifecycle).toBeUndefined();
    expect(spec.containers[0].env.slice(-2)).toEqual([
      { name: 'GIBBON_TRUSTED_IPS', value: '10.0.0.0/8,10.1.0.0/16' },
      { name: 'GIBBON_TRANSPORT', value: 'net' },
    ]);
    expect(spec.containers[0].env).toContainEqual({ name: 'GIBBON_WORKERS', value: '4' });
    expect(rendered.find(({ kind, spec: service }) => kind === 'Service' && service.type === 'LoadBalancer').spec.loadBalancerClass).toBe(
      'x.test/lb',
    );
  });

  it('reads some namespaces only, and may do nothing in others', () => {
    const rendered = template('--set', 'controller.watchNamespaces={shop,cellar}');
    const bindings = rendered.filter(({ roleRef }) => roleRef?.name.endsWith('-namespaces'));
    expect(bindings.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ['RoleBinding', 'gibbon'],
      ['RoleBinding', 'shop'],
      ['RoleBinding', 'cellar'],
    ]);
    const controller = rendered.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gibbon-controller');
    expect(containerOf(controller).env).toContainEqual({ name: 'GIBBON_WATCH_NAMESPACES', value: 'shop,cellar' });
    const wide = rendered.find(({ kind, metadata }) => kind === 'ClusterRole' && !metadata.name.endsWith('-namespaces'));
    expect(wide.rules.flatMap(({ resources }: any) => resources)).not.toContain('secrets');
  });

  it('has the classes of Gateways where the cluster knows the Gateway API', () => {
    const classes = (...args: string[]): unknown[] =>
      template(...args)
        .filter(({ kind }) => kind === 'GatewayClass')
        .map(({ metadata }) => metadata.name);
    const known = ['--api-versions', 'gateway.networking.k8s.io/v1'];
    expect(classes()).toEqual([]);
    expect(classes(...known)).toEqual(['gibbon', 'kong']);
    expect(classes(...known, '--set', 'gatewayClasses.managed=')).toEqual(['kong']);
    expect(classes(...known, '--set', 'gatewayClasses.create=false')).toEqual([]);
  });

  it.each(['proxy.replica=3', 'logLevel=loud', 'proxy.service.type=Ingress'])('refuses %s', (set) => {
    expect(() => template('--set', set)).toThrow(/schema/);
  });
});
