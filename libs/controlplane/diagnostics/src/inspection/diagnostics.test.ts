import type { Configuration } from '@gibbon/contracts/entities';
import type { KubeObject, ObjectRef, ResourceKind } from '@gibbon/contracts/resource';
import type { Inspection, Problem, PublisherReport } from '@gibbon/controlplane-runtime';
import { emptyConfiguration, normaliseEntity } from '@gibbon/model';
import { testConsumer, testKeyAuthCredential, testPluginEntity, testService } from '@gibbon/testing-contract-kits';
import { beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint, type Answer } from '../http/endpoint.ts';
import { diagnosticsEndpoints } from './diagnostics-endpoints.ts';
import type { ObjectReport } from './object-report.ts';
import { REDACTED, redacted } from './redact.ts';

const WEB = { kind: 'Ingress', namespace: 'shop', name: 'web' };
const KINDS = new Map<string, ResourceKind>(
  [
    { kind: 'Ingress', plural: 'ingresses', group: 'networking.k8s.io', versions: ['v1'], namespaced: true },
    { kind: 'KongClusterPlugin', plural: 'kongclusterplugins', group: 'k', versions: ['v1'], namespaced: false, admit: () => false },
  ].map((kind) => [kind.kind, kind]),
);
const OBJECT: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name: 'web', uid: 'u1', generation: 2, resourceVersion: '17' },
};

/** What a control plane would say. */
class World implements Inspection {
  objects = new Map<string, KubeObject>();
  inCluster = new Map<string, KubeObject>();
  entities: ReturnType<Inspection['entitiesOf']> = [];
  wrong: Problem[] = [];
  reports: PublisherReport[] = [];
  configurations = new Map<string, Configuration>([['', emptyConfiguration()]]);
  revision = (): number => 7;
  planes = (): readonly string[] => [...this.configurations.keys()];
  configuration = (plane: string): Configuration | null => this.configurations.get(plane) ?? null;
  object = ({ name }: ObjectRef): KubeObject | null => this.objects.get(name) ?? null;
  entitiesOf = (): ReturnType<Inspection['entitiesOf']> => this.entities;
  owners = (): readonly ObjectRef[] => [];
  status = (): null => null;
  problems = (): readonly Problem[] => this.wrong;
  publishers = (): readonly PublisherReport[] => this.reports;
}

let world: World;
let sensitive: boolean;
let withCluster: boolean;

beforeEach(() => {
  world = new World();
  sensitive = false;
  withCluster = true;
});

async function ask(path: string): Promise<Answer> {
  const [pathname = '', query = ''] = path.split('?');
  const endpoints = diagnosticsEndpoints({
    inspection: world,
    kinds: KINDS,
    lookUp: withCluster ? async ({ name }) => world.inCluster.get(name) ?? null : undefined,
    sensitive,
    hasSecrets: ({ name }) => name === 'acme-auth',
  });
  const found = findEndpoint(endpoints, pathname);
  if (found === null) throw new Error(`no endpoint ${pathname}`);
  return found.endpoint.answer({ rest: found.rest, query: new URLSearchParams(query) });
}

async function read<T = Record<string, unknown>>(path: string): Promise<T> {
  return JSON.parse((await ask(path)).body) as T;
}

const verdict = async (path = '/debug/objects/Ingress/shop/web'): Promise<string> => (await read<ObjectReport>(path)).verdict;

function publisher(fields: Partial<PublisherReport> = {}): PublisherReport {
  return { name: 'admin-api', applied: true, revision: 7, targets: [], successful: null, failed: null, ...fields };
}

function problem(fields: Partial<Problem> = {}): Problem {
  return { ref: WEB, location: '', field: 'spec', reason: 'PortNotFound', message: 'no such port', ...fields };
}

const entity = (configured: boolean) => ({
  type: 'routes' as const,
  id: 'r',
  label: 'shop.web',
  plane: '',
  configured,
  failures: configured ? [] : [{ refs: [WEB], field: '', reason: 'Conflict', message: 'the older object wins' }],
});

describe('an object', () => {
  it('that is served has everything there is to know', async () => {
    world.objects.set('web', OBJECT);
    world.entities = [entity(true)];
    world.reports = [publisher({ name: 'file' })];
    expect(await read('/debug/objects/ingresses/shop/web')).toEqual({
      object: WEB,
      verdict: 'served',
      read: { uid: 'u1', generation: 2, resourceVersion: '17' },
      entities: [{ type: 'routes', id: 'r', name: 'shop.web', plane: '', configured: true, reasons: [] }],
      problems: [],
      status: null,
      revision: 7,
      targets: [{ name: 'file', plane: null, upToDate: true, revision: 7, error: null }],
    });
  });

  it('says what keeps it from being served', async () => {
    world.objects.set('web', OBJECT);
    expect(await verdict()).toMatch(/^nothing is configured for it/);
    world.wrong = [problem(), problem({ ref: { ...WEB, name: 'other' } })];
    expect(await verdict()).toBe('not live: nothing of it can be configured, see problems');
    world.entities = [entity(false)];
    expect(await verdict()).toBe('not live: everything that it yields is left out, see entities');
    world.entities = [entity(true), entity(false)];
    expect(await read<ObjectReport>('/debug/objects/Ingress/shop/web')).toMatchObject({
      verdict: 'partly served: 1 of 2 entities are left out, see entities',
      entities: [{ reasons: [] }, { reasons: ['the older object wins'] }],
      problems: [{ ref: WEB, message: 'no such port' }],
    });
    world.entities = [entity(true)];
    expect(await verdict()).toBe('served, with problems');
  });

  it('says which proxies are behind', async () => {
    world.objects.set('web', OBJECT);
    world.entities = [entity(true)];
    const target = { name: 'proxy-1', url: 'http://a', plane: '', state: 'current', revision: 7, hash: 'h', error: null } as const;
    world.reports = [
      publisher({
        targets: [
          target,
          { ...target, name: 'proxy-2', state: 'failing', revision: 5, error: 'no answer' },
          { ...target, name: 'proxy-3', plane: 'red', state: 'idle', revision: null },
        ],
      }),
    ];
    const report = await read<ObjectReport>('/debug/objects/Ingress/shop/web');
    expect(report.verdict).toBe('served by 2 of 3 targets, see targets');
    expect(report.targets.map(({ name, upToDate }) => [name, upToDate])).toEqual([
      ['proxy-1', true],
      ['proxy-2', false],
      ['proxy-3', true],
    ]);
  });

  it('that was not read says why', async () => {
    expect(await verdict()).toBe('not live: the cluster has no such object');
    world.inCluster.set('web', OBJECT);
    expect(await verdict()).toMatch(/^not live: the cluster has it and it has not been read/);
    world.inCluster.set('limits', OBJECT);
    expect(await verdict('/debug/objects/kongclusterplugin/limits')).toBe(
      'not live: it is of a class, or of a kind by its labels, that is not served here',
    );
    world.wrong = [problem({ reason: 'Invalid' })];
    expect(await verdict()).toBe('not live: it is refused, see problems');
    expect(await verdict('/debug/objects/Bucket/a/b')).toBe(
      'objects of kind Bucket are not read by this build; it reads Ingress, KongClusterPlugin',
    );
    withCluster = false;
    world.wrong = [];
    expect(await verdict()).toBe('not live: no source has it, or it is of a class that is not served here');
  });

  it('is asked for by kind, namespace and name', async () => {
    for (const path of ['Ingress', 'Ingress/', 'Ingress/shop/', 'Ingress/shop/web/more'])
      expect((await ask(`/debug/objects/${path}`)).status).toBe(404);
  });
});

describe('problems and targets', () => {
  it('are lists', async () => {
    world.wrong = Array.from({ length: 1200 }, (_, index) => problem({ message: `m${index}` }));
    const { count, problems } = await read<{ count: number; problems: Problem[] }>('/debug/problems');
    expect([count, problems.length, problems[0]]).toEqual([1200, 1000, problem({ message: 'm0' })]);
    world.reports = [publisher()];
    expect(await read('/debug/targets')).toEqual({
      revision: 7,
      planes: [''],
      publishers: [{ name: 'admin-api', applied: true, revision: 7, targets: [] }],
    });
  });
});

describe('configurations', () => {
  const consumer = testConsumer({ username: 'bob' });
  const credential = testKeyAuthCredential({ key: 'top-secret', consumer: { id: consumer.id } });
  const configuration: Configuration = {
    ...emptyConfiguration(),
    services: [testService({ name: 'cart' })],
    consumers: [consumer],
    keyauth_credentials: [credential],
    plugins: [
      testPluginEntity({ name: 'acme-auth', config: { token: 'hidden', hosts: ['a'], limits: { n: 1, none: null } } }),
      testPluginEntity({ id: '00000000-0000-4000-8000-0000000000aa', name: 'cors', config: { origins: ['*'] } }),
    ],
  };
  const published = { revision: 6, atMs: Date.UTC(2026, 0, 1), configuration: () => configuration };

  it('are shown by plane, without secrets unless these are asked for', async () => {
    world.configurations.set('', configuration);
    const answer = await ask('/debug/config/current');
    expect(JSON.parse(answer.body)).toMatchObject({
      plane: '',
      revision: 7,
      config: { _format_version: '3.0', services: [{ name: 'cart' }] },
    });
    expect(answer.body).not.toContain('top-secret');
    expect(answer.body).not.toContain('hidden');
    expect(answer.body).toContain('"origins"');
    sensitive = true;
    expect((await ask('/debug/config/current')).body).toContain('top-secret');
    world.configurations.set('red', emptyConfiguration());
    expect(await read('/debug/config/current?plane=red')).toMatchObject({ plane: 'red' });
    expect(await ask('/debug/config/current?plane=blue')).toMatchObject({
      status: 404,
      body: 'there is no plane "blue"; there are "" (the shared proxies), "red"\n',
    });
  });

  it('are shown as they were published, and as they could not be', async () => {
    world.reports = [publisher()];
    expect(await ask('/debug/config/successful')).toMatchObject({ status: 404, body: 'nothing has been published yet\n' });
    for (const path of ['failed', 'raw-error'])
      expect(await ask(`/debug/config/${path}`)).toMatchObject({ status: 404, body: 'no publication has failed\n' });
    expect((await ask('/debug/config/fallback')).status).toBe(404);
    const rejected = [{ type: 'services', id: 's', field: 'host', message: 'bad' }] as const;
    world.reports = [
      publisher({ successful: published, failed: { ...published, error: 'refused', rejected } }),
      publisher({ name: 'file' }),
    ];
    const head = { publisher: 'admin-api', revision: 6, time: '2026-01-01T00:00:00.000Z' };
    expect(await read('/debug/config/successful')).toMatchObject({ ...head, config: { consumers: [{ username: 'bob' }] } });
    expect(await read('/debug/config/failed')).toMatchObject({ ...head, config: { services: [{ name: 'cart' }] } });
    expect(await read('/debug/config/raw-error?publisher=admin-api')).toEqual({ ...head, error: 'refused', rejected });
    expect((await ask('/debug/config/raw-error?publisher=file')).status).toBe(404);
    expect(await ask('/debug/config/failed?publisher=pigeon')).toMatchObject({ status: 404, body: 'there is no publisher "pigeon"\n' });
  });
});

describe('redacted', () => {
  it('hides what is secret in each kind of entity, and keeps what is not', () => {
    const entities = {
      certificates: { cert: 'public', key: 'private' },
      basicauth_credentials: { consumer: { id: 'c' }, username: 'bob', password: 'private' },
      hmacauth_credentials: { consumer: { id: 'c' }, username: 'bob', secret: 'private' },
      jwt_secrets: { consumer: { id: 'c' }, key: 'issuer', secret: 'private' },
      oauth2_credentials: { consumer: { id: 'c' }, name: 'app', client_id: 'public', client_secret: 'private' },
    } as const;
    const configuration: Record<string, unknown> = { ...emptyConfiguration() };
    for (const [type, input] of Object.entries(entities)) {
      const made = normaliseEntity(type as keyof typeof entities, input);
      // Certificates of tests are none: what matters is where their key stands.
      configuration[type] = [made.ok ? made.entity : { ...input, key_alt: null }];
    }
    const shown = JSON.stringify(redacted(configuration as unknown as Configuration, () => false));
    expect(shown).not.toContain('private');
    expect(shown.match(new RegExp(REDACTED, 'g'))).toHaveLength(5);
    for (const kept of ['public', 'bob', 'issuer', 'app']) expect(shown).toContain(kept);
    expect(shown).toContain('"key_alt":null');
  });

  it('keeps the structure of a plugin configuration that it hides', () => {
    const config = { token: 'private', list: ['private', 2], inner: { on: true, off: null } };
    const plugins = [testPluginEntity({ name: 'acme', config })];
    const [shown] = redacted({ ...emptyConfiguration(), plugins }, () => true).plugins;
    expect(shown?.config).toEqual({ token: REDACTED, list: [REDACTED, REDACTED], inner: { on: REDACTED, off: null } });
  });
});
