import type { Disposable } from '@gibbon/contracts/module';
import type { ObjectChange } from '@gibbon/contracts/source';
import type { ControllerSettings } from '@gibbon/contracts/translator';
import { isManagedClass } from '@gibbon/gateway-attachment';
import { namespaceOf, refOf, type Gateway, type GatewayClass } from '@gibbon/k8s-types';

/** What is to become of a Gateway's proxies. */
export type Provision =
  /** They are to be there. */
  | 'wanted'
  /** They stay as they are: the Gateway, or its class, cannot be served as it is written, or the class is not there. */
  | 'kept'
  /** Others serve it. */
  | 'unwanted';

/** The Gateways and the classes that are ours, as sources bring them in. */
export class ManagedGateways {
  readonly #settings: ControllerSettings;
  readonly #gateways = new Map<string, Gateway>();
  readonly #byUid = new Map<string, Gateway>();
  readonly #classes = new Map<string, GatewayClass>();
  readonly #listeners = new Set<() => void>();

  constructor(settings: ControllerSettings) {
    this.#settings = settings;
  }

  /** Keys of all Gateways. */
  keys(): Iterable<string> {
    return this.#gateways.keys();
  }

  get(key: string): Gateway | null {
    return this.#gateways.get(key) ?? null;
  }

  /** Key of the Gateway with a UID, or `null`. */
  keyOf(uid: string): string | null {
    const gateway = this.#byUid.get(uid);
    return gateway === undefined ? null : gatewayKey(namespaceOf(gateway), gateway.metadata.name);
  }

  /** Namespace of the managed Gateway with a UID, or `null`. */
  homeOf(uid: string): string | null {
    const gateway = this.#byUid.get(uid);
    if (gateway === undefined || !this.#isManaged(gateway)) return null;
    return namespaceOf(gateway);
  }

  /** Calls the listener when an answer of `homeOf` may have become another, until the result is disposed. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  provisionOf(gateway: Gateway): Provision {
    const gatewayClass = this.#classes.get(gateway.spec.gatewayClassName);
    if (gatewayClass === undefined) return 'kept';
    if (!isManagedClass(gatewayClass, this.#settings)) return 'unwanted';
    const parameters = gatewayClass.spec.parametersRef ?? gateway.spec.infrastructure?.parametersRef;
    return parameters === undefined && gateway.metadata.deletionTimestamp === undefined ? 'wanted' : 'kept';
  }

  /** Whether the class of a Gateway is known, and hence ours. */
  isOurs(gateway: Gateway): boolean {
    return this.#classes.has(gateway.spec.gatewayClassName);
  }

  /** @returns the keys of the Gateways concerned. */
  apply(changes: readonly ObjectChange[]): ReadonlySet<string> {
    const touched = new Set<string>();
    const classes = new Set<string>();
    for (const change of changes) {
      const ref = change.type === 'delete' ? change.ref : refOf(change.object);
      if (ref.kind === 'Gateway') {
        const key = gatewayKey(ref.namespace, ref.name);
        this.#replace(key, change.type === 'delete' ? null : (change.object as Gateway));
        touched.add(key);
      } else if (ref.kind === 'GatewayClass') {
        if (change.type === 'delete') this.#classes.delete(ref.name);
        else this.#classes.set(ref.name, change.object as GatewayClass);
        classes.add(ref.name);
      }
    }
    if (classes.size > 0) for (const [key, { spec }] of this.#gateways) if (classes.has(spec.gatewayClassName)) touched.add(key);
    if (touched.size > 0) for (const listener of [...this.#listeners]) listener();
    return touched;
  }

  #isManaged(gateway: Gateway): boolean {
    const gatewayClass = this.#classes.get(gateway.spec.gatewayClassName);
    return gatewayClass !== undefined && isManagedClass(gatewayClass, this.#settings);
  }

  #replace(key: string, gateway: Gateway | null): void {
    const before = this.#gateways.get(key);
    if (before !== undefined) this.#byUid.delete(before.metadata.uid ?? '');
    this.#gateways.delete(key);
    if (gateway === null) return;
    this.#gateways.set(key, gateway);
    this.#byUid.set(gateway.metadata.uid ?? '', gateway);
  }
}

/** Names a Gateway. */
export function gatewayKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
