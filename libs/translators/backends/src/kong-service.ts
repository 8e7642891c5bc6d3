import {
  annotationField,
  belongsToClass,
  brokenPlugins,
  CA_CERT_LABEL,
  CA_CERTIFICATES_CONFIGMAPS,
  CA_CERTIFICATES_SECRETS,
  CERTIFICATE_UNIT,
  CLIENT_CERT,
  CONNECT_TIMEOUT,
  Draft,
  kongServiceName,
  kongUpstreamName,
  objectTags,
  objectUnit,
  parseServicePort,
  pluginBindingUnit,
  pluginReferences,
  PROTOCOL_OF_SERVICE,
  READ_TIMEOUT,
  resolveServicePort,
  RETRIES,
  SERVICE_ENDPOINTS_UNIT,
  SERVICE_PATH,
  servicePortUnit,
  TLS_VERIFY,
  TLS_VERIFY_DEPTH,
  UNKNOWN_SERVICE_TAGS,
  WRITE_TIMEOUT,
  type Annotation,
} from '@gibbon/annotations';
import type { EntityRef, Protocol } from '@gibbon/contracts/entities';
import type { TrackedRead, TranslationOutput, Unit } from '@gibbon/contracts/translator';
import { refOf, type Service } from '@gibbon/k8s-types';
import { controllerEntityId } from '@gibbon/model';
import type { BackendsContext } from './context.ts';
import { DEFAULT_BACKENDS, RULE_BACKENDS } from './indexes.ts';

const DEFAULT_PORT = 80;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 5;

/** Protocols whose services have a path. */
const WITH_PATH: readonly Protocol[] = ['http', 'https'];
/** Protocols over which Kong takes TLS settings. */
const WITH_TLS: readonly Protocol[] = ['https', 'tls'];

/**
 * Yields the Kong service of a Service's port; its upstream and plugins are units of their own. For Kong the upstream is named
 * after the port as it is written, as the reference controller does; for Gibbon a port has one upstream, however it is
 * written, so that it is probed and balanced once.
 */
export function translateServicePort(unit: Unit, read: TrackedRead, context: BackendsContext): TranslationOutput {
  const ref = parseServicePort(unit.id);
  const draft = new Draft(context.normalise);
  const service = read.get<Service>('Service', ref.namespace, ref.service);
  if (service !== null && reportBrokenPlugins(draft, service, read, context)) return draft.output();
  const name = kongServiceName(ref);
  const protocol = (service && draft.annotation(service, PROTOCOL_OF_SERVICE)) ?? 'http';
  const path = (service && draft.annotation(service, SERVICE_PATH)) ?? (isDefaultBackendOnly(name, read, context) ? null : '/');
  const value = <T>(annotation: Annotation<T>, fallback: T): T => (service && draft.annotation(service, annotation)) ?? fallback;
  const port = service === null ? null : resolveServicePort(service, ref.port);
  const endpoints = port?.ok === true && context.target.kind === 'gibbon' ? { ...ref, port: String(port.number) } : ref;
  draft.add(
    'services',
    {
      id: controllerEntityId('services', name),
      name,
      protocol,
      host: kongUpstreamName(endpoints),
      port: port?.ok === true ? port.number : DEFAULT_PORT,
      path: WITH_PATH.includes(protocol) ? path : null,
      retries: value(RETRIES, DEFAULT_RETRIES),
      connect_timeout: value(CONNECT_TIMEOUT, DEFAULT_TIMEOUT_MS),
      read_timeout: value(READ_TIMEOUT, DEFAULT_TIMEOUT_MS),
      write_timeout: value(WRITE_TIMEOUT, DEFAULT_TIMEOUT_MS),
      ...(service === null ? null : tlsFields(draft, service, protocol, read)),
      tags: service === null ? UNKNOWN_SERVICE_TAGS : objectTags(service),
    },
    { owner: { kind: 'Service', namespace: ref.namespace, name: ref.service }, locate: locateField },
  );
  read.include(servicePortUnit(SERVICE_ENDPOINTS_UNIT, endpoints));
  if (service !== null && pluginReferences(service).length > 0) read.include(pluginBindingUnit(unit.key));
  return draft.output();
}

/** Where the value of an entity's field stands in the Service. */
function locateField(path: string): string {
  return path === 'path' ? annotationField(SERVICE_PATH.key) : '';
}

function reportBrokenPlugins(draft: Draft, service: Service, read: TrackedRead, context: BackendsContext): boolean {
  const broken = brokenPlugins(service, context, read);
  for (const plugin of broken) {
    draft.fail({
      refs: [refOf(service), plugin],
      field: annotationField('konghq.com/plugins'),
      reason: 'BrokenPlugin',
      message: `the Service is not served without its ${plugin.kind} "${plugin.name}", whose configuration is broken; mend the plugin or take it off the Service`,
    });
  }
  return broken.length > 0;
}

/** The reference controller gives a service no path when it is a default backend and nothing else. */
function isDefaultBackendOnly(name: string, read: TrackedRead, { settings }: BackendsContext): boolean {
  const used = (index: string): boolean => read.index(index, name).some((ingress) => belongsToClass(ingress, settings, read));
  return used(DEFAULT_BACKENDS.name) && !used(RULE_BACKENDS.name);
}

interface TlsFields {
  readonly client_certificate?: EntityRef;
  readonly tls_verify?: boolean;
  readonly tls_verify_depth?: number;
  readonly ca_certificates?: readonly string[];
}

/** TLS settings; on a protocol without TLS Kong would refuse the whole service, so they are left out and reported. */
function tlsFields(draft: Draft, service: Service, protocol: Protocol, read: TrackedRead): TlsFields {
  const verify = draft.annotation(service, TLS_VERIFY);
  const depth = draft.annotation(service, TLS_VERIFY_DEPTH);
  const secrets = draft.annotation(service, CA_CERTIFICATES_SECRETS) ?? [];
  const configMaps = draft.annotation(service, CA_CERTIFICATES_CONFIGMAPS) ?? [];
  const clientCert = draft.annotation(service, CLIENT_CERT);
  const given: readonly (readonly [Annotation<unknown>, boolean])[] = [
    [TLS_VERIFY, verify !== null],
    [TLS_VERIFY_DEPTH, depth !== null],
    [CA_CERTIFICATES_SECRETS, secrets.length > 0],
    [CA_CERTIFICATES_CONFIGMAPS, configMaps.length > 0],
    [CLIENT_CERT, clientCert !== null],
  ];
  if (!WITH_TLS.includes(protocol)) {
    for (const [annotation] of given.filter(([, present]) => present)) {
      failAnnotation(
        draft,
        service,
        annotation,
        `${annotation.key} needs TLS, but the Service's protocol is ${protocol}; expected ${PROTOCOL_OF_SERVICE.key} to be https or tls`,
      );
    }
    return {};
  }
  const authorities = [
    ...secrets.flatMap((name) => caCertificate(draft, service, { kind: 'Secret', name }, read)),
    ...configMaps.flatMap((name) => caCertificate(draft, service, { kind: 'ConfigMap', name }, read)),
  ];
  if (authorities.length > 0 && verify !== true) {
    failAnnotation(draft, service, TLS_VERIFY, `certificate authorities have no effect without ${TLS_VERIFY.key}; expected "true"`);
  }
  const certificate = clientCert === null ? null : clientCertificate(draft, service, clientCert, read);
  return {
    ...(verify === null ? null : { tls_verify: verify }),
    ...(depth === null ? null : { tls_verify_depth: depth }),
    ...(authorities.length === 0 || verify !== true ? null : { ca_certificates: authorities }),
    ...(certificate === null ? null : { client_certificate: certificate }),
  };
}

function clientCertificate(draft: Draft, service: Service, name: string, read: TrackedRead): EntityRef | null {
  const namespace = service.metadata.namespace ?? '';
  const output = read.output(`${CERTIFICATE_UNIT}:${namespace}/${name}`);
  const certificate = output?.entities.find((entity) => entity.type === 'certificates');
  if (certificate !== undefined) return { id: certificate.entity.id };
  failAnnotation(
    draft,
    service,
    CLIENT_CERT,
    `Failed to fetch the secret (${namespace}/${name}): expected a Secret with tls.crt and tls.key that belong together`,
  );
  return null;
}

/** The id of a certificate authority; one that is none would make Kong fail every connection to the service. */
function caCertificate(
  draft: Draft,
  service: Service,
  { kind, name }: { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string },
  read: TrackedRead,
): readonly string[] {
  const namespace = service.metadata.namespace ?? '';
  const authority = read.output(objectUnit(kind, namespace, name))?.entities.find((entity) => entity.type === 'ca_certificates');
  if (authority !== undefined) return [authority.entity.id];
  const annotation = kind === 'Secret' ? CA_CERTIFICATES_SECRETS : CA_CERTIFICATES_CONFIGMAPS;
  failAnnotation(
    draft,
    service,
    annotation,
    `${kind} ${namespace}/${name} is no certificate authority; expected one with the keys "id" and "cert" and the label ${CA_CERT_LABEL}: "true"`,
  );
  return [];
}

function failAnnotation(draft: Draft, service: Service, annotation: Annotation<unknown>, message: string): void {
  draft.fail({ refs: [refOf(service)], field: annotationField(annotation.key), reason: 'InvalidAnnotation', message });
}
