import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleApp } from '@gibbon/image';
import type { DriverSettings } from './driver-settings.ts';

/** Writes controller and proxy to a folder as they are in images: bundled JavaScript, which starts faster and takes less memory than sources. */
export async function writePrograms(folder: string): Promise<DriverSettings['programs']> {
  const [controller, proxy] = await Promise.all([writeProgram('controller', folder), writeProgram('proxy', folder)]);
  return { controller, proxy };
}

async function writeProgram(app: 'controller' | 'proxy', folder: string): Promise<string> {
  const { files } = await bundleApp(app);
  const target = join(folder, app);
  mkdirSync(target, { recursive: true });
  for (const [name, contents] of files) writeFileSync(join(target, name), contents);
  writeFileSync(join(target, 'package.json'), '{"type":"module"}\n');
  return join(target, 'main.js');
}
