import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connectTestbed } from '@gibbon/testbed';
import { parse } from 'yaml';
import { ensureImages } from './images.ts';
import { installGibbon, type ChartValues } from './install.ts';

const USAGE = `usage: node tools/cluster/src/main.ts [--name TESTBED] [--values FILE] [--namespace NAME] [--release NAME]

Builds the images of this checkout where they are not in the cache, loads them into a running testbed, and installs the
definitions of the Gateway API and the chart. Again: upgrades.
  --name TESTBED      which testbed; default 'default'
  --values FILE       values of the chart
  --namespace NAME    default gibbon
  --release NAME      default gibbon
  --build             only build
`;

/** npm runs scripts in the workspace's root; this is where the user is. */
const FROM = process.env['INIT_CWD'] ?? process.cwd();

/** @returns the exit code. */
async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    name: text,
    values: text,
    namespace: text,
    release: text,
    build: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values: given } = parseArgs({ options });
  if (given.help === true) {
    console.log(USAGE);
    return 0;
  }
  const images = await ensureImages();
  if (given.build === true) {
    console.log(images.files.join('\n'));
    return 0;
  }
  const testbed = await connectTestbed(given.name);
  const values = given.values === undefined ? {} : (parse(readFileSync(resolve(FROM, given.values), 'utf8')) as ChartValues);
  const installed = await installGibbon(testbed, {
    images,
    values,
    ...(given.namespace !== undefined && { namespace: given.namespace }),
    ...(given.release !== undefined && { release: given.release }),
    log: (line) => console.log(line),
  });
  console.log(
    `${installed.release} ${images.tag} is in namespace ${installed.namespace}; the shared proxies are at ${installed.proxyAddress}`,
  );
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  return 1;
});
