import { GatewayError } from '@gibbon/contracts/errors';
import { EMPTY_OUTPUT, type TranslationOutput, type Translator, type UnitKey } from '@gibbon/contracts/translator';
import type { ObjectReader, ObjectTransition, StoreBatch } from '@gibbon/controlplane-store';
import { crashedOutput, cycleError } from './crash.ts';
import { reconcileOutput } from './reconcile-output.ts';
import { Recorder } from './recorder.ts';
import { UnitGraph } from './unit-graph.ts';
import { kindOfUnit, unitKeyOf, UnitNode } from './unit-node.ts';

/** A unit whose output is another than before the batch. */
export interface UnitChange {
  readonly key: UnitKey;
  /** `null` for a unit that is new. */
  readonly before: TranslationOutput | null;
  /** `null` for a unit that is gone. */
  readonly after: TranslationOutput | null;
}

/** The effect of one batch. */
export interface TranslationDelta {
  readonly changes: readonly UnitChange[];
  /** Calls of `translate`. */
  readonly translated: number;
}

/** What the engine works with. */
export interface EngineOptions {
  readonly store: ObjectReader;
  readonly translators: readonly Translator[];
  /** Whether a unit whose translator throws keeps the entities of its last good output; default true. */
  readonly lastGood?: boolean;
  /** Called for each translation that threw. */
  readonly onCrash?: (unit: UnitKey, error: unknown) => void;
}

/**
 * Keeps the output of every unit up to date. Each translation records what it read; a batch of touched keys
 * invalidates exactly the units that had read one of them, and their readers only when an output really changed.
 *
 * The order follows from pulling: a unit that is to be translated is translated at once, and what it reads of others is
 * settled on the way. A unit that is not (yet) known to be affected is verified first: the units that it had read are
 * settled in the order in which it had read them, up to the first whose output changed. That order matters, since what
 * a unit reads may depend on what it read before: so only edges that still exist are followed, and every unit is
 * translated at most once per batch.
 */
export class TranslationEngine {
  readonly #store: ObjectReader;
  readonly #keepLastGood: boolean;
  readonly #onCrash: (unit: UnitKey, error: unknown) => void;
  readonly #objects = new Map<string, Translator>();
  readonly #derived = new Map<string, Translator>();
  readonly #graph = new UnitGraph();
  readonly #dirty = new Set<UnitNode>();
  readonly #released = new Set<UnitKey>();
  readonly #stack: UnitNode[] = [];
  /** Outputs before the batch, of units that changed in it. */
  #before = new Map<UnitKey, TranslationOutput | null>();
  #batch = 0;
  #translated = 0;
  /** Edges on the stack that did not exist before: only below those can a new cycle be. */
  #freshEdges = 0;

  /** @throws GatewayError `GW_ENGINE_KIND` when two translators claim one kind of unit. */
  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#keepLastGood = options.lastGood ?? true;
    this.#onCrash = options.onCrash ?? (() => {});
    for (const translator of options.translators) {
      for (const kind of translator.objects) this.#claim(this.#objects, kind, translator);
      for (const kind of translator.derived) this.#claim(this.#derived, kind, translator);
    }
  }

  /** Units that exist now. */
  get size(): number {
    return this.#graph.size;
  }

  /** Brings all outputs up to date with a batch that the store has applied. Costs in proportion to what it touches. */
  apply(batch: StoreBatch): TranslationDelta {
    this.#batch++;
    this.#translated = 0;
    this.#before = new Map();
    for (const transition of batch.transitions) this.#follow(transition);
    for (const key of batch.touched) {
      for (const node of this.#graph.readersOf(key)) this.#invalidate(node);
    }
    this.#settleAll();
    this.#collect();
    return { changes: this.#changes(), translated: this.#translated };
  }

  #claim(kinds: Map<string, Translator>, kind: string, translator: Translator): void {
    if (this.#objects.has(kind) || this.#derived.has(kind)) {
      throw new GatewayError('GW_ENGINE_KIND', `two translators claim units of kind "${kind}"; a build has one for each kind`, {
        source: 'config',
      });
    }
    kinds.set(kind, translator);
  }

  #follow({ ref, after }: ObjectTransition): void {
    const translator = this.#objects.get(ref.kind);
    if (translator === undefined) return;
    const key = unitKeyOf(ref.kind, ref.namespace, ref.name);
    const node = this.#graph.get(key);
    if (after === null) {
      if (node !== null) this.#remove(node);
      return;
    }
    if (node !== null) {
      node.object = after;
      this.#invalidate(node);
      return;
    }
    this.#invalidate(this.#create(new UnitNode(key, translator, after)));
    for (const reader of this.#graph.outputReadersOf(key)) this.#invalidate(reader);
  }

  #create(node: UnitNode): UnitNode {
    if (!this.#before.has(node.key)) this.#before.set(node.key, null);
    this.#graph.add(node);
    return node;
  }

  #remove(node: UnitNode): void {
    if (!this.#before.has(node.key)) this.#before.set(node.key, node.output);
    this.#dirty.delete(node);
    for (const key of this.#graph.remove(node)) this.#released.add(key);
    this.#leaveCycle(node);
    for (const reader of this.#graph.outputReadersOf(node.key)) this.#invalidate(reader);
  }

  #leaveCycle(node: UnitNode): void {
    for (const member of node.cycle ?? []) member.cycle?.delete(node);
    node.cycle = null;
  }

  #invalidate(node: UnitNode): void {
    if (node.dirty || node.phase === 'running' || node.settledIn === this.#batch) return;
    node.dirty = true;
    this.#dirty.add(node);
    for (const member of node.cycle ?? []) this.#invalidate(member);
  }

  #settleAll(): void {
    while (this.#dirty.size > 0) {
      // Objects first: they decide which derived units are still wanted.
      for (const node of this.#dirty) {
        if (node.object !== null) this.#settle(node);
      }
      for (const node of this.#dirty) {
        if (this.#graph.isAlive(node)) this.#settle(node);
        else this.#remove(node);
      }
    }
  }

  /** Makes the output of a unit final for this batch. */
  #settle(node: UnitNode): void {
    if (node.settledIn === this.#batch) return;
    if (!node.dirty && (this.#dirty.size > 0 || this.#freshEdges > 0)) this.#verify(node);
    if (node.dirty) this.#translate(node);
    node.settledIn = this.#batch;
  }

  #verify(node: UnitNode): void {
    node.phase = 'verifying';
    this.#stack.push(node);
    for (const key of node.read.outputs) {
      const read = this.#graph.get(key);
      if (read === null) continue;
      if (read.phase === 'idle') this.#settle(read);
      // A way back through what is being translated is a new cycle; translating this unit will name it.
      else if (this.#stack.slice(this.#stack.indexOf(read)).some((each) => each.phase === 'running')) this.#invalidate(node);
      if (node.dirty) break;
    }
    this.#stack.pop();
    node.phase = 'idle';
  }

  #translate(node: UnitNode): void {
    this.#dirty.delete(node);
    node.dirty = false;
    node.phase = 'running';
    this.#stack.push(node);
    if (node.cycleError === null) this.#leaveCycle(node);
    const recorder = new Recorder(this.#store, {
      include: (key) => void this.#reach(key, true),
      output: (key) => this.#outputFor(node, key),
    });
    const output = this.#run(node, recorder);
    this.#stack.pop();
    node.phase = 'idle';
    node.cycleError = null;
    node.settledIn = this.#batch;
    for (const key of this.#graph.relink(node, recorder.taken)) this.#released.add(key);
    if (output === node.output) return;
    if (!this.#before.has(node.key)) this.#before.set(node.key, node.output);
    node.output = output;
    for (const reader of this.#graph.outputReadersOf(node.key)) this.#invalidate(reader);
  }

  #run(node: UnitNode, recorder: Recorder): TranslationOutput {
    this.#translated++;
    try {
      const { key, kind, id, object } = node;
      const output = node.translator.translate({ key, kind, id, object }, recorder);
      failOnCycle(node);
      return reconcileOutput(node.output, output);
    } catch (error) {
      this.#onCrash(node.key, error);
      return reconcileOutput(node.output, crashedOutput(node, error, this.#keepLastGood));
    } finally {
      recorder.close();
    }
  }

  #outputFor(reader: UnitNode, key: UnitKey): TranslationOutput | null {
    const node = this.#reach(key, false);
    if (node === null) return null;
    if (node.phase !== 'idle') throw this.#foundCycle(node);
    const fresh = reader.read.outputs.has(key) ? 0 : 1;
    this.#freshEdges += fresh;
    this.#settle(node);
    this.#freshEdges -= fresh;
    // Only here, at the edge that closes the cycle: what the unit read up to it is the same wherever the cycle was entered.
    if (reader.cycle?.has(node) === true) failOnCycle(reader);
    return node.output;
  }

  /** The unit of a key; a derived one comes to life by being referred to. */
  #reach(key: UnitKey, required: boolean): UnitNode | null {
    const known = this.#graph.get(key);
    if (known !== null) return known;
    const kind = kindOfUnit(key);
    const translator = this.#derived.get(kind);
    if (translator === undefined) {
      if (!required || this.#objects.has(kind)) return null;
      throw new GatewayError('GW_ENGINE_KIND', `no translator of this build serves units of kind "${kind}" (asked for "${key}")`, {
        source: 'internal',
      });
    }
    const node = this.#create(new UnitNode(key, translator, null));
    this.#invalidate(node);
    return node;
  }

  #foundCycle(start: UnitNode): GatewayError {
    const members = this.#stack.slice(this.#stack.indexOf(start));
    const error = cycleError(members.map((member) => member.key));
    for (const member of members) {
      member.cycleError ??= error;
      for (const other of members) {
        if (other !== member) (member.cycle ??= new Set()).add(other);
      }
      // One that was only being verified has to fail as well.
      this.#invalidate(member);
    }
    return error;
  }

  /** Ends derived units that no object includes or reads any more, directly or through others. */
  #collect(): void {
    for (const key of this.#released) {
      this.#released.delete(key);
      const node = this.#graph.get(key);
      if (node !== null && !this.#graph.isAlive(node)) this.#remove(node);
    }
  }

  #changes(): UnitChange[] {
    const changes: UnitChange[] = [];
    for (const [key, before] of this.#before) {
      const after = this.#graph.get(key)?.output ?? null;
      if (before === after || ((before ?? EMPTY_OUTPUT) === EMPTY_OUTPUT && (after ?? EMPTY_OUTPUT) === EMPTY_OUTPUT)) continue;
      changes.push({ key, before, after });
    }
    return changes;
  }
}

/** A unit that lies on a cycle fails, wherever the cycle was found. */
function failOnCycle(node: UnitNode): void {
  if (node.cycleError !== null) throw node.cycleError;
}
