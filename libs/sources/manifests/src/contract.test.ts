import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESOURCE_KINDS } from '@gibbon/contracts/resource';
import { CLOCK } from '@gibbon/contracts/services';
import { describeSource, TestServices } from '@gibbon/testing-contract-kits';
import { systemClock } from '@gibbon/time';
import { stringify } from 'yaml';
import definition from './index.ts';
import { KINDS, type Thing } from './testing/thing-kinds.ts';

const thing = (name: string): Thing => ({
  apiVersion: 'test.dev/v1',
  kind: 'Thing',
  metadata: { namespace: 'default', name },
  spec: { size: 1 },
});

describeSource({
  name: definition.id,
  objects: [thing('a'), thing('b'), thing('c')],
  change: (object) => ({ ...object, spec: { size: 2 } }) as Thing,
  open: async (scope, objects) => {
    const folder = await mkdtemp(join(tmpdir(), 'gibbon-source-'));
    scope.own(() => rm(folder, { recursive: true }));
    const put = (object: { readonly metadata: { readonly name: string } }): Promise<void> =>
      writeFile(join(folder, `${object.metadata.name}.yaml`), stringify(object));
    for (const object of objects) await put(object);
    const deps = new TestServices([
      [RESOURCE_KINDS, KINDS],
      [CLOCK, systemClock],
    ]).resolve(definition.requires);
    const config = { folder, settleMs: 1, confirmMs: 10, rescanMs: 0, maxFileBytes: 1_000_000 };
    return {
      source: (scopeOfSource) => definition.create({ config, deps: deps as never, scope: scopeOfSource }),
      put,
      remove: ({ name }) => rm(join(folder, `${name}.yaml`)),
      spoil: () => writeFile(join(folder, 'a.yaml'), 'spoiled: [\n'),
      mend: () => put(thing('a')),
    };
  },
});
