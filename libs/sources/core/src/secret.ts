import { CA_CERT_LABEL, credentialType, isCaCertificate } from '@gibbon/annotations';
import type { ConfigProblem } from '@gibbon/contracts/module';
import type { KubeObject, ResourceKind } from '@gibbon/contracts/resource';
import { ObjectCheck, slimObject, type ConfigMap, type Secret } from '@gibbon/k8s-types';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Types whose Secrets nothing of ours can refer to; they are the bulk of most clusters. */
const FOREIGN_TYPES = new Set([
  'kubernetes.io/service-account-token',
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
  'bootstrap.kubernetes.io/token',
  'helm.sh/release.v1',
]);

/**
 * Secrets. What can be told from one Secret alone is told here: certificate authorities and credentials enter by their
 * label, types that nothing refers to never do, and the rest may be named by another object. A source that reads a
 * folder lets them in, as whoever wrote the folder meant them; a source that reads a cluster loads of the rest only
 * those that `references` of another object names.
 */
export const SECRET: ResourceKind = {
  group: '',
  versions: ['v1'],
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  admit: (object) => isMarked(object) || !FOREIGN_TYPES.has((object as Secret).type ?? ''),
  standsAlone: isMarked,
  validate: checkSecret,
  normalise: (object) => mergeStringData(slimObject(object as Secret)),
};

/** ConfigMaps with certificate authorities, by their label; nothing reads others. */
export const CONFIG_MAP: ResourceKind = {
  group: '',
  versions: ['v1'],
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  admit: isCaCertificate,
  select: { labels: `${CA_CERT_LABEL}=true` },
  validate: checkConfigMap,
  normalise: slimObject,
};

/** Whether a label says what the Secret is for. */
function isMarked(object: KubeObject): boolean {
  return isCaCertificate(object) || credentialType(object) !== null;
}

/** Base64 of the API, which allows line breaks. */
function compactBase64(text: string): string {
  return text.replaceAll(/[\r\n]/g, '');
}

function checkSecret(object: KubeObject): readonly ConfigProblem[] {
  const secret = object as Secret;
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  check.text(secret.type, 'type', 'the type of the Secret');
  check.textMap(secret.stringData, 'stringData');
  for (const [key, value] of Object.entries(check.record(secret.data, 'data') ?? {})) {
    const text = check.text(value ?? '', `data.${key}`, 'base64');
    if (text !== null && !BASE64.test(compactBase64(text)))
      check.problem(`data.${key}`, 'expected base64; put plain text under `stringData`');
  }
  return check.problems;
}

function mergeStringData(secret: Secret): Secret {
  const { stringData, data, ...rest } = secret;
  const merged: Record<string, string> = {};
  for (const [key, text] of Object.entries(data ?? {})) merged[key] = compactBase64(text ?? '');
  for (const [key, text] of Object.entries(stringData ?? {})) merged[key] = Buffer.from(text ?? '', 'utf8').toString('base64');
  return { ...rest, data: merged };
}

function checkConfigMap(object: KubeObject): readonly ConfigProblem[] {
  const check = new ObjectCheck();
  check.metadata(object.metadata);
  check.textMap((object as ConfigMap).data, 'data');
  if (check.problems.length === 0 && (object as ConfigMap).data === undefined) {
    check.problem('data', `required; expected the keys "id" and "cert", as the label ${CA_CERT_LABEL} makes it a certificate authority`);
  }
  return check.problems;
}
