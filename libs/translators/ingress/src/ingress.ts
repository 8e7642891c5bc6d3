import {
  annotationField,
  belongsToClass,
  brokenPlugins,
  Draft,
  kongServiceName,
  objectStatus,
  objectUnit,
  pluginBindingUnit,
  pluginReferences,
  resolveServicePort,
  REWRITE,
  annotationText,
  SERVICE_PORT_UNIT,
  servicePortUnit,
  SNI_UNIT,
  type Normalise,
  type ServicePortRef,
} from '@gibbon/annotations';
import type { StatusDraft } from '@gibbon/contracts/status';
import {
  EMPTY_OUTPUT,
  type ControllerSettings,
  type TargetProfile,
  type TrackedRead,
  type TranslationOutput,
  type Unit,
} from '@gibbon/contracts/translator';
import { namespaceOf, refOf, type Ingress, type Service } from '@gibbon/k8s-types';
import { publishedAddresses } from '@gibbon/published-addresses';
import { badPaths, badRegexes } from './bad-paths.ts';
import { WITH_DEFAULT_BACKEND } from './indexes.ts';
import { defaultRouteInput, locateRouteField, routeInput } from './route-entity.ts';
import { backendRef, planRoutes, type RoutePlan } from './route-plan.ts';
import { routeSettings, type RouteSettings } from './route-settings.ts';

/** What every Ingress is translated with. */
export interface IngressContext {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly normalise: Normalise;
}

/** Yields the routes of an Ingress; its Kong services, certificates and plugins are units of their own. */
export function translateIngress(unit: Unit, read: TrackedRead, context: IngressContext): TranslationOutput {
  const ingress = unit.object as Ingress;
  if (!belongsToClass(ingress, context.settings, read)) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  for (const tls of ingress.spec?.tls ?? []) {
    if (tls.secretName) for (const host of tls.hosts ?? []) read.include(`${SNI_UNIT}:${host}`);
  }
  if (reportBrokenPlugins(draft, ingress, read, context)) return draft.output();
  const job = new IngressTranslation(draft, ingress, read, context);
  job.rules();
  job.defaultBackend();
  if (pluginReferences(ingress).length > 0 || annotationText(ingress, REWRITE.key) !== null) {
    read.include(pluginBindingUnit(objectUnit('Ingress', namespaceOf(ingress), ingress.metadata.name)));
  }
  return withStatus(draft.output(), ingress, read, context);
}

const INGRESSES = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses' };

/**
 * Says where clients reach what the Ingress serves. As with the reference controller, an Ingress of which nothing can be
 * served keeps the addresses that it has, and so does one when no address is known (yet): DNS follows them.
 */
function withStatus(output: TranslationOutput, ingress: Ingress, read: TrackedRead, { settings }: IngressContext): TranslationOutput {
  const addresses = publishedAddresses(settings, read);
  const isBroken = output.entities.length === 0 && output.failures.length > 0;
  if (addresses.length === 0 || isBroken) return output;
  const status: StatusDraft = objectStatus(ingress, INGRESSES, { loadBalancer: { ingress: addresses } });
  return { ...output, statuses: [status] };
}

function reportBrokenPlugins(draft: Draft, ingress: Ingress, read: TrackedRead, context: IngressContext): boolean {
  const broken = brokenPlugins(ingress, context, read);
  for (const plugin of broken) {
    draft.fail({
      refs: [refOf(ingress), plugin],
      field: annotationField('konghq.com/plugins'),
      reason: 'BrokenPlugin',
      message: `the Ingress is not served without its ${plugin.kind} "${plugin.name}", whose configuration is broken; mend the plugin or take it off the Ingress`,
    });
  }
  return broken.length > 0;
}

class IngressTranslation {
  readonly #draft: Draft;
  readonly #ingress: Ingress;
  readonly #read: TrackedRead;
  readonly #context: IngressContext;
  readonly #settings: RouteSettings;
  /** Ids of Kong services by their name; `null` where there is none. */
  readonly #services = new Map<string, string | null>();

  constructor(draft: Draft, ingress: Ingress, read: TrackedRead, context: IngressContext) {
    this.#draft = draft;
    this.#ingress = ingress;
    this.#read = read;
    this.#context = context;
    this.#settings = routeSettings(draft, ingress, context.target);
  }

  rules(): void {
    const { routes, foreign } = planRoutes(this.#ingress);
    for (const { at, kind } of foreign) this.#foreignBackend(at, kind);
    for (const plan of routes) {
      const serviceId = this.#serviceId(plan.backend, `${plan.paths[0]?.at ?? ''}.backend`);
      if (serviceId !== null) this.#addRoute(plan, serviceId);
    }
  }

  /** Of all default backends the oldest counts, as they would all be the same route. */
  defaultBackend(): void {
    const backend = this.#ingress.spec?.defaultBackend;
    if (backend === undefined) return;
    const ref = backendRef(this.#ingress, backend);
    if (ref === null) {
      this.#foreignBackend('spec.defaultBackend', backend.resource?.kind ?? 'none');
      return;
    }
    const oldest = this.#read
      .index<Ingress>(WITH_DEFAULT_BACKEND.name, '')
      .find((other) => belongsToClass(other, this.#context.settings, this.#read));
    if (oldest !== undefined && !isSame(oldest, this.#ingress)) {
      this.#draft.fail({
        refs: [refOf(this.#ingress), refOf(oldest)],
        field: 'spec.defaultBackend',
        reason: 'DefaultBackendConflict',
        message: `Ingress ${namespaceOf(oldest)}/${oldest.metadata.name} is older and has the default backend; expected one Ingress with \`defaultBackend\` in the class`,
      });
      return;
    }
    const serviceId = this.#serviceId(ref, 'spec.defaultBackend');
    if (serviceId === null) return;
    const name = `${namespaceOf(this.#ingress)}.${this.#ingress.metadata.name}`;
    const input = defaultRouteInput(name, serviceId, this.#settings, this.#context.target);
    this.#draft.add('routes', input, { owner: refOf(this.#ingress), locate: (path) => locateRouteField(null, path) });
  }

  /** Adds a route, without the paths that Kong would refuse: one bad path does not take the others with it. */
  #addRoute(plan: RoutePlan, serviceId: string): void {
    const { target } = this.#context;
    const source = { owner: refOf(this.#ingress), locate: (path: string) => locateRouteField(plan, path) };
    const { regexPrefix } = this.#settings;
    const bad = new Map(target.routerFlavor === 'expressions' ? badRegexes(plan, regexPrefix) : []);
    if (bad.size === 0) {
      if (this.#draft.tryAdd('routes', routeInput(plan, serviceId, this.#settings, target), source)) return;
      for (const [path, message] of badPaths(plan, regexPrefix)) bad.set(path, message);
    }
    for (const [path, message] of bad) {
      this.#draft.fail({
        refs: [refOf(this.#ingress)],
        field: `${path.at}.path`,
        reason: 'InvalidPath',
        message: `${path.path}: ${message}`,
      });
    }
    const paths = plan.paths.filter((path) => !bad.has(path));
    if (paths.length > 0) this.#draft.add('routes', routeInput({ ...plan, paths }, serviceId, this.#settings, target), source);
  }

  #foreignBackend(at: string, kind: string): void {
    this.#draft.fail({
      refs: [refOf(this.#ingress)],
      field: `${at}.resource`,
      reason: 'UnsupportedBackend',
      message: `backends of kind ${kind} are not supported; expected \`service\` with the name and port of a Service`,
    });
  }

  /** The Kong service of a backend, which exists also for a Service that does not: its requests are answered by 503. */
  #serviceId(ref: ServicePortRef, at: string): string | null {
    const name = kongServiceName(ref);
    const known = this.#services.get(name);
    if (known !== undefined) return known;
    this.#checkBackend(ref, at);
    const output = this.#read.output(servicePortUnit(SERVICE_PORT_UNIT, ref));
    const id = output?.entities.find((draft) => draft.type === 'services')?.entity.id ?? null;
    if (id === null) {
      this.#draft.fail({
        refs: [refOf(this.#ingress), { kind: 'Service', namespace: ref.namespace, name: ref.service }],
        field: at,
        reason: 'BrokenBackend',
        message: `Service ${ref.namespace}/${ref.service} could not be configured, so its paths are left out; what is wrong is reported on the Service`,
      });
    }
    this.#services.set(name, id);
    return id;
  }

  #checkBackend(ref: ServicePortRef, at: string): void {
    const { namespace, service: name } = ref;
    const service = this.#read.get<Service>('Service', namespace, name);
    const serviceRef = { kind: 'Service', namespace, name };
    if (service === null) {
      this.#draft.fail({
        refs: [refOf(this.#ingress), serviceRef],
        field: `${at}.service.name`,
        reason: 'BackendNotFound',
        message: `failed to resolve Kubernetes Service for backend: failed to fetch Service ${namespace}/${name}: it does not exist`,
      });
      return;
    }
    const port = resolveServicePort(service, ref.port);
    if (port.ok) return;
    this.#draft.fail({
      refs: [refOf(this.#ingress), serviceRef],
      field: `${at}.service.port`,
      reason: 'PortNotFound',
      message: `can't find port for backend kubernetes service: ${port.problem}`,
    });
  }
}

function isSame(a: Ingress, b: Ingress): boolean {
  return a.metadata.name === b.metadata.name && namespaceOf(a) === namespaceOf(b);
}
