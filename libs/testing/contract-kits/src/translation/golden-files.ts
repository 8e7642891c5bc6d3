import type { TargetProfile } from '@gibbon/contracts/translator';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Set to `1`, golden files are written instead of compared. */
export const UPDATE_GOLDEN = 'GIBBON_UPDATE_GOLDEN';

/** One expected output of ours: `<name>.in.yaml` with `<name>.out.yaml`, and `<name>.expressions.out.yaml` for that flavour. */
export interface GoldenCase {
  /** The rule that it is about. */
  readonly name: string;
  readonly input: string;
  readonly routerFlavor: TargetProfile['routerFlavor'];
  /** File with the expected output; `null` text where it does not exist yet. */
  readonly file: string;
  readonly expected: string | null;
}

const INPUT = '.in.yaml';

/** Cases of a folder, each in both router flavours; none where the folder does not exist. */
export function readGoldenCases(folder: string): readonly GoldenCase[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(INPUT))
    .sort()
    .flatMap((file) => {
      const name = file.slice(0, -INPUT.length);
      const input = readFileSync(join(folder, file), 'utf8');
      return (['traditional_compatible', 'expressions'] as const).map((routerFlavor) => {
        const output = join(folder, `${name}${routerFlavor === 'expressions' ? '.expressions' : ''}.out.yaml`);
        return { name, input, routerFlavor, file: output, expected: existsSync(output) ? readFileSync(output, 'utf8') : null };
      });
    });
}

/** The expected output of a case; with {@link UPDATE_GOLDEN} the actual one, which is written. @throws Error where there is none yet. */
export function expectedOf({ file, expected }: GoldenCase, actual: string): string {
  if (process.env[UPDATE_GOLDEN] === '1') {
    if (expected !== actual) writeFileSync(file, actual);
    return actual;
  }
  if (expected === null) throw new Error(`${file} does not exist: run with ${UPDATE_GOLDEN}=1 to write it, then read it`);
  return expected;
}
