import { defineModule } from '@gibbon/contracts/module';
import { RESOURCE_KINDS } from '@gibbon/contracts/resource';
import { CLOCK, LOGGER } from '@gibbon/contracts/services';
import { schema, Type } from '@gibbon/schema';
import { ManifestSource } from './manifest-source.ts';

export const sourceManifests = defineModule({
  kind: 'source',
  id: 'source.manifests',
  summary: 'Kubernetes manifests (YAML, JSON) of a folder and its subfolders, followed live.',
  config: schema(
    Type.Object({
      folder: Type.String({ description: 'Folder with the manifests: files that end in .yaml, .yml or .json, also in subfolders.' }),
      settleMs: Type.Integer({
        minimum: 0,
        maximum: 1000,
        default: 5,
        description: 'Milliseconds from the first sign of a change to reading; changes in between are read together.',
      }),
      confirmMs: Type.Integer({
        minimum: 0,
        maximum: 10_000,
        default: 40,
        description:
          'Milliseconds for which a file that looks half written (syntax error, no final line break, fewer objects than before) must rest before that is believed.',
      }),
      rescanMs: Type.Integer({
        minimum: 0,
        maximum: 3_600_000,
        default: 10_000,
        description: 'Milliseconds between looks at the whole folder, for events that the system lost; 0 turns them off.',
      }),
      maxFileBytes: Type.Integer({ minimum: 1, default: 16_777_216, description: 'Size above which a file is reported and not read.' }),
    }),
  ),
  requires: { kinds: RESOURCE_KINDS, clock: CLOCK, logger: LOGGER },
  traits: {},
  create: ({ config, deps, scope }) => {
    const source = new ManifestSource(config, deps);
    scope.own(() => source.close());
    return source;
  },
});
