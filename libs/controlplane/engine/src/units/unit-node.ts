import type { GatewayError } from '@gibbon/contracts/errors';
import type { KubeObject } from '@gibbon/contracts/resource';
import { EMPTY_OUTPUT, type TranslationOutput, type Translator, type UnitKey } from '@gibbon/contracts/translator';
import type { StoreKey } from '@gibbon/controlplane-store';

/** What a translation read from the store, included, and read from other units, each in order of first reading. */
export interface UnitReads {
  readonly reads: ReadonlySet<StoreKey>;
  readonly includes: ReadonlySet<UnitKey>;
  readonly outputs: ReadonlySet<UnitKey>;
}

/**
 * What the engine is doing with a unit: nothing, checking whether what it read changed, or translating it.
 * A unit that is reached again while it is not idle lies on a cycle.
 */
export type UnitPhase = 'idle' | 'verifying' | 'running';

/** What a unit has read that was not translated yet. */
export const NOTHING_READ: UnitReads = { reads: new Set(), includes: new Set(), outputs: new Set() };

/** A unit, its last output, and what it read to get there. */
export class UnitNode {
  readonly key: UnitKey;
  readonly kind: string;
  readonly id: string;
  readonly translator: Translator;
  object: KubeObject | null;
  output: TranslationOutput = EMPTY_OUTPUT;
  /** What the last translation read. */
  read: UnitReads = NOTHING_READ;
  /** Something it read has changed, so it has to be translated again. */
  dirty = false;
  phase: UnitPhase = 'idle';
  /** The batch in which its output was last known to be final. */
  settledIn = 0;
  /** Set while its translation runs into a cycle. */
  cycleError: GatewayError | null = null;
  /** Units with which it was found on a cycle by its last translation: they are translated together until it is gone. */
  cycle: Set<UnitNode> | null = null;

  constructor(key: UnitKey, translator: Translator, object: KubeObject | null) {
    const colon = key.indexOf(':');
    this.key = key;
    this.kind = key.slice(0, colon);
    this.id = key.slice(colon + 1);
    this.translator = translator;
    this.object = object;
  }
}

/** The kind of unit that a key names. */
export function kindOfUnit(key: UnitKey): string {
  return key.slice(0, key.indexOf(':'));
}

/** The key of the unit that an object is. */
export function unitKeyOf(kind: string, namespace: string, name: string): UnitKey {
  return `${kind}:${namespace}/${name}`;
}
