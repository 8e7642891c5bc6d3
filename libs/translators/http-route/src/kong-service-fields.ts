import {
  annotationText,
  brokenPlugins,
  CA_CERTIFICATES_CONFIGMAPS,
  CA_CERTIFICATES_SECRETS,
  CLIENT_CERT,
  CONNECT_TIMEOUT,
  KONG_PREFIX,
  PLUGINS_KEY,
  PROTOCOL_OF_SERVICE,
  READ_TIMEOUT,
  RETRIES,
  SERVICE_PATH,
  TLS_VERIFY,
  TLS_VERIFY_DEPTH,
  WRITE_TIMEOUT,
  type Annotation,
  type Draft,
} from '@gibbon/annotations';
import type { ControllerSettings, TargetProfile, TrackedRead } from '@gibbon/contracts/translator';
import type { Service } from '@gibbon/k8s-types';
import type { RuleProblem } from './rule-problems.ts';
import { nameOf, pluginDifferences, serviceProblem, UNSUPPORTED_SERVICE_PLUGINS, type ServiceBackend } from './service-plugins.ts';

const DEFAULT_RETRIES = 5;
/** Protocols whose services have a path. */
const WITH_PATH: readonly string[] = ['http', 'https'];
const WITH_TLS: readonly string[] = ['https', 'tls', 'grpcs'];
const TLS_KEYS: readonly string[] = [TLS_VERIFY, TLS_VERIFY_DEPTH, CA_CERTIFICATES_SECRETS, CA_CERTIFICATES_CONFIGMAPS, CLIENT_CERT].map(
  ({ key }) => key,
);

/**
 * Fields of a Kong service that its Services' annotations set. @param service one of them, as all have the same, or `null`
 * where there is none. @param timeoutMs where no annotation says otherwise.
 */
export function kongServiceFields(draft: Draft, service: Service | null, timeoutMs: number): Readonly<Record<string, unknown>> {
  const value = <T>(annotation: Annotation<T>): T | null => service && draft.annotation(service, annotation);
  const protocol = value(PROTOCOL_OF_SERVICE) ?? 'http';
  const path = value(SERVICE_PATH);
  return {
    protocol,
    path: WITH_PATH.includes(protocol) ? path : null,
    retries: value(RETRIES) ?? DEFAULT_RETRIES,
    connect_timeout: value(CONNECT_TIMEOUT) ?? timeoutMs,
    read_timeout: value(READ_TIMEOUT) ?? timeoutMs,
    write_timeout: value(WRITE_TIMEOUT) ?? timeoutMs,
  };
}

/** What the problems of Services are looked for with. */
export interface ServiceRules {
  readonly settings: ControllerSettings;
  readonly target: TargetProfile;
  readonly read: TrackedRead;
}

/** What keeps Services from being one Kong service; the rules that lead there are not served then. */
export function kongServiceProblems(backends: readonly ServiceBackend[], rules: ServiceRules): readonly RuleProblem[] {
  return [
    ...pluginDifferences(backends, rules.settings, rules.read),
    ...annotationDifferences(backends),
    ...backends.flatMap((backend) => [...brokenPluginProblems(backend, rules), ...tlsProblems(backend)]),
  ];
}

function annotationDifferences(backends: readonly ServiceBackend[]): readonly RuleProblem[] {
  const keys = new Set(backends.flatMap(({ service }) => Object.keys(service.metadata.annotations ?? {})));
  const different = [...keys]
    // Plugins are compared by what they mean.
    .filter((key) => key.startsWith(`${KONG_PREFIX}/`) && key !== PLUGINS_KEY)
    .filter((key) => new Set(backends.map(({ service }) => annotationText(service, key))).size > 1)
    .sort();
  if (different.length === 0) return [];
  return backends.map((backend) =>
    serviceProblem(
      backend,
      'InconsistentServiceAnnotations',
      `Service ${nameOf(backend.service)} differs from others of the same rule in ${different.join(', ')}, so the rule is not served; expected the same values on all Services of the rule`,
    ),
  );
}

function brokenPluginProblems(backend: ServiceBackend, { settings, target, read }: ServiceRules): readonly RuleProblem[] {
  return brokenPlugins(backend.service, { settings, target }, read).map(({ kind, name }) =>
    serviceProblem(
      backend,
      UNSUPPORTED_SERVICE_PLUGINS,
      `Service ${nameOf(backend.service)} is not served without its ${kind} "${name}", whose configuration is broken; mend the plugin or take it off the Service`,
    ),
  );
}

/** Without these settings a service would be trusted that should be checked. */
function tlsProblems(backend: ServiceBackend): readonly RuleProblem[] {
  if (!WITH_TLS.includes(annotationText(backend.service, PROTOCOL_OF_SERVICE.key) ?? '')) return [];
  return TLS_KEYS.filter((key) => (annotationText(backend.service, key) ?? '') !== '').map((key) =>
    serviceProblem(
      backend,
      'UnsupportedServiceAnnotations',
      `Service ${nameOf(backend.service)} has ${key}, which Services of HTTPRoutes cannot have on Kong, so the rule is not served; expected none, an Ingress, or the profile gibbon`,
    ),
  );
}
