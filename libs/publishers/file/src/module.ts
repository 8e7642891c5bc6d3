import { defineModule } from '@gibbon/contracts/module';
import { LOGGER } from '@gibbon/contracts/services';
import { TARGET_PROFILE } from '@gibbon/contracts/translator';
import { Nullable, schema, Type } from '@gibbon/schema';
import { FilePublisher } from './file-publisher.ts';

export const publisherFile = defineModule({
  kind: 'publisher',
  id: 'publisher.file',
  summary: 'Writes a declarative file (kong.yaml) that Kong and Gibbon read.',
  config: schema(
    Type.Object({
      path: Type.String({ description: 'File to write. Its folder must exist.' }),
      format: Nullable(
        Type.Enum(['yaml', 'json'], { description: 'Format of the file; by default JSON where the path ends in .json, YAML otherwise.' }),
      ),
      mode: Type.String({
        pattern: '^0?[0-7]{3}$',
        default: '0640',
        description: 'Permissions of a new file, octal. It holds private keys and credentials: whoever may read it has them.',
      }),
    }),
  ),
  requires: { profile: TARGET_PROFILE, logger: LOGGER },
  traits: {},
  create: ({ config, deps }) => new FilePublisher(config, deps),
});
