import { GatewayError } from '@gibbon/contracts/errors';
import type { ObjectRef } from '@gibbon/contracts/resource';
import type { TranslationOutput, UnitKey } from '@gibbon/contracts/translator';
import { compareStrings } from '@gibbon/controlplane-store';
import { refOf } from '@gibbon/k8s-types';
import type { UnitNode } from './unit-node.ts';

/** Condition reason of a unit whose translator threw. */
export const TRANSLATOR_CRASHED = 'TranslatorCrashed';

/** The output of a unit whose translator threw: a failure, and what it had before where that is kept. */
export function crashedOutput(node: UnitNode, error: unknown, keepLastGood: boolean): TranslationOutput {
  const entities = keepLastGood ? node.output.entities : [];
  const effect = entities.length > 0 ? 'its last good configuration stays' : 'it is left out';
  const message = `the translator failed: ${error instanceof Error ? error.message : String(error)}; ${effect}`;
  const failures = [{ refs: [refOfUnit(node)], field: '', reason: TRANSLATOR_CRASHED, message }];
  if (!keepLastGood) return { entities, failures };
  // A status that is out of date does less harm than one that is taken away.
  return { ...node.output, entities, failures };
}

/** The error of units that read each other's output. Names the cycle from its smallest key on, so that it is the same wherever it was entered. */
export function cycleError(keys: readonly UnitKey[]): GatewayError {
  const smallest = keys.reduce((least, key, position) => (compareStrings(key, keys[least] as UnitKey) < 0 ? position : least), 0);
  const path = [...keys.slice(smallest), ...keys.slice(0, smallest), keys[smallest]];
  return new GatewayError('GW_ENGINE_CYCLE', `units read each other's output: ${path.join(' -> ')}`, { source: 'internal' });
}

function refOfUnit(node: UnitNode): ObjectRef {
  return node.object === null ? { kind: node.kind, namespace: '', name: node.id } : refOf(node.object);
}
