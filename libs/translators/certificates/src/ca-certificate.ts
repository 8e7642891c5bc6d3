import { Draft, INVALID_CONFIGURATION, isCaCertificate, objectTags } from '@gibbon/annotations';
import { EMPTY_OUTPUT, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { refOf, type ConfigMap, type Secret } from '@gibbon/k8s-types';
import { isUuid } from '@gibbon/model';
import type { CertificatesContext } from './context.ts';

/** Yields the certificate authority of a labelled Secret or ConfigMap; of two with one id the older object's stays. */
export function translateCaCertificate(unit: Unit, context: CertificatesContext): TranslationOutput {
  const object = unit.object as Secret | ConfigMap;
  if (!isCaCertificate(object)) return EMPTY_OUTPUT;
  const draft = new Draft(context.normalise);
  const value = (key: string): string => {
    const text = object.data?.[key] ?? '';
    return (object.kind === 'Secret' ? Buffer.from(text, 'base64').toString('utf8') : text).trim();
  };
  const fail = (field: string, message: string): void =>
    draft.fail({ refs: [refOf(object)], field, reason: INVALID_CONFIGURATION, message });
  const id = value('id');
  const key = value('cert') === '' ? 'ca.crt' : 'cert';
  const cert = value(key);
  if (id === '') fail('data.id', "invalid secret CA certificate: missing 'id' field in data; expected a UUID");
  else if (!isUuid(id)) fail('data.id', 'invalid secret CA certificate: expected a UUID as id');
  if (cert === '')
    fail(
      'data.cert',
      `invalid secret CA certificate ${refOf(object).namespace}/${object.metadata.name}, neither "cert" nor "ca.crt" key exist`,
    );
  if (isUuid(id) && cert !== '') {
    draft.add(
      'ca_certificates',
      { id: id.toLowerCase(), cert, tags: objectTags(object) },
      { owner: refOf(object), locate: () => `data.${key}` },
    );
  }
  return draft.output();
}
