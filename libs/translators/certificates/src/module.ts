import { CERTIFICATE_UNIT, SNI_UNIT } from '@gibbon/annotations';
import { defineModule } from '@gibbon/contracts/module';
import { CONTROLLER_SETTINGS, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import { normaliseEntity } from '@gibbon/model';
import { schema, Type } from '@gibbon/schema';
import { translateCaCertificate } from './ca-certificate.ts';
import { translateCertificate } from './certificate-unit.ts';
import type { CertificatesContext } from './context.ts';
import { INGRESSES_OF_TLS_HOST, INGRESSES_OF_TLS_SECRET, SECRETS_OF_PAIR, SERVICES_OF_CLIENT_CERT } from './indexes.ts';
import { translateSni } from './sni-unit.ts';

export const translatorCertificates = defineModule({
  kind: 'translator',
  id: 'translator.certificates',
  summary: 'TLS Secrets to certificates and SNIs, labelled Secrets and ConfigMaps to certificate authorities.',
  config: schema(Type.Object({})),
  requires: { settings: CONTROLLER_SETTINGS },
  traits: {},
  create({ deps: { settings } }) {
    const context: CertificatesContext = { settings, normalise: (type, input) => normaliseEntity(type, input) };
    return {
      objects: ['Secret', 'ConfigMap'],
      derived: [SNI_UNIT, CERTIFICATE_UNIT],
      indexes: [INGRESSES_OF_TLS_HOST, INGRESSES_OF_TLS_SECRET, SERVICES_OF_CLIENT_CERT, SECRETS_OF_PAIR],
      translate: (unit, read) => translate(unit, read, context),
    };
  },
});

function translate(unit: Unit, read: TrackedRead, context: CertificatesContext): TranslationOutput {
  if (unit.kind === SNI_UNIT) return translateSni(unit, read, context);
  if (unit.kind === CERTIFICATE_UNIT) return translateCertificate(unit, read, context);
  return translateCaCertificate(unit, context);
}
