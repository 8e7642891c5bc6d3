import type { EntityType, EntityTypes } from '../entities/index.ts';
import { createToken, type Token } from '../module/index.ts';
import type { KubeObject, ObjectRef } from '../resource/index.ts';
import type { StatusDraft } from '../status/index.ts';

/**
 * Names a unit of translation. For an object `<Kind>:<namespace>/<name>` (namespace empty for cluster scope); for a
 * derived unit `<name of the derived kind>:<key>`, e.g. `service-port:default/api/80`.
 */
export type UnitKey = `${string}:${string}`;

/** What is translated. */
export interface Unit {
  readonly key: UnitKey;
  /** Part before the first `:`. */
  readonly kind: string;
  /** Part after the first `:`. */
  readonly id: string;
  /** The object, for units that are objects; `null` for derived units. */
  readonly object: KubeObject | null;
}

/**
 * Names a group of proxies that have one configuration: {@link SHARED_PLANE}, or that of the proxies of one managed Gateway,
 * which goes by the `metadata.uid` of the Gateway.
 */
export type PlaneName = string;

/** The plane of the proxies that serve Ingresses and unmanaged Gateways. */
export const SHARED_PLANE: PlaneName = '';

/**
 * An entity that a unit yields, complete and normalised, with its deterministic id.
 *
 * Routes, SNIs and listeners belong to one plane: `plane`, by default the shared one. Other entities have none: they are
 * part of each plane in which something refers to them. Consumers, their credentials, and plugins for everything or for a
 * consumer are part of every plane. What a SNI or a listener is unique by, it is within its plane; ids are unique over all.
 */
export type EntityDraft = {
  readonly [T in EntityType]: {
    readonly type: T;
    readonly entity: EntityTypes[T];
    readonly owner: ObjectRef;
    readonly plane?: PlaneName;
  };
}[EntityType];

/** Something that could not be translated, as data. */
export interface Failure {
  /** The objects concerned; the first is the one to mend. */
  readonly refs: readonly ObjectRef[];
  /** Dotted path in the first object, or empty. */
  readonly field: string;
  /** CamelCase reason of conditions and events. */
  readonly reason: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** What a unit yields. */
export interface TranslationOutput {
  readonly entities: readonly EntityDraft[];
  readonly failures: readonly Failure[];
  /** Statuses that objects should have; an object has a status from one unit. Default: none. */
  readonly statuses?: readonly StatusDraft[];
  /** Planes that exist even where no entity belongs to them: their proxies are configured to serve nothing. Default: none. */
  readonly planes?: readonly PlaneName[];
}

/** The output of a unit that yields nothing. */
export const EMPTY_OUTPUT: TranslationOutput = Object.freeze({ entities: Object.freeze([]), failures: Object.freeze([]) });

/**
 * The store as one unit sees it. Every call is recorded as a dependency of the unit, also where it found nothing;
 * a later change of what was read translates the unit again.
 */
export interface TrackedRead {
  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | null;
  /** All objects of a kind, of one namespace where given, ordered by creation, namespace and name. Costs: any change of the kind. */
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[];
  /** Objects that an index files under a value, in the order of `list`. */
  index<T extends KubeObject>(name: string, value: string): readonly T[];
  /** The configuration also needs this derived unit. Its output is not read: its changes do not concern this unit. */
  include(unit: UnitKey): void;
  /** The output of another unit, translated first where needed; `null` when there is no such unit. Cycles are a programmer error and throw. */
  output(unit: UnitKey): TranslationOutput | null;
}

/** An index over objects of one kind. Equal names must be equal indexes. */
export interface IndexDefinition {
  readonly name: string;
  readonly kind: string;
  /** Values under which the object is filed; pure. */
  values(object: KubeObject): readonly string[];
}

/** Turns objects into entities of Kong's model. */
export interface Translator {
  /** Kinds whose every object is a unit of this translator. A kind has one translator. */
  readonly objects: readonly string[];
  /** Kinds of derived units that this translator serves; they exist while some unit includes or reads them. */
  readonly derived: readonly string[];
  /** Indexes that it reads. */
  readonly indexes: readonly IndexDefinition[];
  /** Pure and synchronous: the same reads give the same output. Called once per change of what the unit read. Must not throw for bad objects. */
  translate(unit: Unit, read: TrackedRead): TranslationOutput;
}

/** Which data plane the configuration is for. */
export interface TargetProfile {
  readonly kind: 'gibbon' | 'kong';
  /** Kong's version whose schema applies, e.g. `3.9`. */
  readonly version: string;
  readonly routerFlavor: 'traditional_compatible' | 'expressions';
}

/** The profile of this process. */
export const TARGET_PROFILE: Token<TargetProfile> = createToken<TargetProfile>('gibbon/target-profile@1');

/** Settings that several translators and resources share; names after the reference controller's flags. */
export interface ControllerSettings {
  /** `--ingress-class`, default `kong`. */
  readonly ingressClass: string;
  /** `--ingress-class-controller`, default `ingress-controllers.konghq.com/kong`. */
  readonly ingressClassController: string;
  /** `--cluster-domain`; empty: targets of services with service-upstream end in `.svc`. */
  readonly clusterDomain: string;
  /** `--enable-drain-support`. */
  readonly drainSupport: boolean;
  /** `--gateway-controller-name`: controller names of the GatewayClasses that are ours. Default {@link GATEWAY_CONTROLLER_NAME} alone. */
  readonly gatewayControllerNames?: readonly string[];
  /** Where clients can reach the shared proxies, for listeners of unmanaged Gateways. Default: not known, every port counts as open. */
  readonly gatewayPorts?: readonly GatewayPort[];
  /**
   * Whether Gateways get proxies of their own, unless their class has the annotation `konghq.com/gatewayclass-unmanaged`.
   * Default `false`: all share the proxies of this controller.
   */
  readonly managedGateways?: boolean;
  /** `--publish-service`: the Service of the shared proxies; its addresses are those of Ingresses and unmanaged Gateways. Default: none. */
  readonly publishService?: { readonly namespace: string; readonly name: string };
  /** `--publish-status-address`: addresses (IP or host name) that statuses show instead. Default: none. */
  readonly publishStatusAddresses?: readonly string[];
}

/** Controller name of GatewayClasses that are Gibbon's. */
export const GATEWAY_CONTROLLER_NAME = 'gibbon.dev/gateway-controller';

/** A port at which clients reach the proxies. */
export interface GatewayPort {
  /** As listeners of Gateways name it. */
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Port on which the proxies themselves listen for it; default `port`. */
  readonly proxyPort?: number;
}

/** The {@link ControllerSettings} of this process. */
export const CONTROLLER_SETTINGS: Token<ControllerSettings> = createToken<ControllerSettings>('gibbon/controller-settings@1');
