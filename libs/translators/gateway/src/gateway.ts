import { Draft } from '@gibbon/annotations';
import type { OwnedList, StatusDraft } from '@gibbon/contracts/status';
import {
  EMPTY_OUTPUT,
  SHARED_PLANE,
  type Failure,
  type TrackedRead,
  type TranslationOutput,
  type Unit,
} from '@gibbon/contracts/translator';
import {
  bad,
  condition,
  controllerOf,
  generationOf,
  good,
  listenerStates,
  OWNED_LISTENERS,
  ownedConditions,
  planeOf,
  statusDraft,
  type Verdict,
} from '@gibbon/gateway-attachment';
import { refOf, type Gateway } from '@gibbon/k8s-types';
import { countAttachedRoutes } from './attached-routes.ts';
import type { GatewayContext } from './context.ts';
import { judgeListener, listenerStatus, type JudgedListener } from './listener-status.ts';
import { addServerNames, addSockets, type PlaneEntities } from './plane-entities.ts';
import { ADDRESS_TYPES, reachOf, type GatewayReach } from './reach.ts';

/** Yields the sockets and server names of a Gateway's listeners, and its status. */
export function translateGateway(unit: Unit, read: TrackedRead, { settings, normalise, target }: GatewayContext): TranslationOutput {
  const gateway = unit.object as Gateway;
  if (controllerOf(gateway, settings, read) === null) return EMPTY_OUTPUT;
  const plane = planeOf(gateway, settings, read);
  const reach = reachOf(gateway, plane, settings, read);
  const listeners = listenerStates(gateway, plane, settings).map((state) => judgeListener(gateway, state, reach.proxies, read));
  const accepted = acceptedVerdict(gateway, listeners);
  const draft = new Draft(normalise, plane);
  if (accepted.ok) addEntities({ draft, gateway, plane, read, target }, listeners);
  draft.fail(...failuresOf(gateway, accepted, listeners));
  const attached = countAttachedRoutes(gateway, settings, read);
  // Its proxies are there whatever its listeners are like, and those without any are to serve nothing.
  const planes = plane === SHARED_PLANE ? {} : { planes: [plane] };
  return { ...draft.output(), ...planes, statuses: [statusOf({ gateway, accepted, reach, listeners, attached })] };
}

function addEntities(entities: PlaneEntities, listeners: readonly JudgedListener[]): void {
  const served = listeners.filter((listener) => listener.served);
  addServerNames(entities, served);
  addSockets(entities, served);
}

function acceptedVerdict({ spec }: Gateway, listeners: readonly JudgedListener[]): Verdict {
  const parameters = spec.infrastructure?.parametersRef;
  if (parameters !== undefined) {
    return bad(
      'InvalidParameters',
      `infrastructure.parametersRef names ${parameters.group}/${parameters.kind}, which is not supported; expected none`,
    );
  }
  const address = (spec.addresses ?? []).find(({ type = 'IPAddress' }) => !ADDRESS_TYPES.includes(type));
  if (address !== undefined)
    return bad('UnsupportedAddress', `addresses of type ${address.type} are not supported; expected ${ADDRESS_TYPES.join(' or ')}`);
  const wrong = listeners.filter(({ state }) => !state.accepted.ok).map(({ state }) => state.listener.name);
  if (wrong.length === 0) return good('Accepted', 'the Gateway is served');
  const message = `listener ${wrong.join(', ')} cannot be served; see its conditions`;
  return wrong.length === listeners.length ? bad('ListenersNotValid', message) : good('ListenersNotValid', message);
}

interface JudgedGateway {
  readonly gateway: Gateway;
  readonly accepted: Verdict;
  readonly reach: GatewayReach;
  readonly listeners: readonly JudgedListener[];
  /** Routes of each listener. */
  readonly attached: ReadonlyMap<string, number>;
}

function statusOf({ gateway, accepted, reach, listeners, attached }: JudgedGateway): StatusDraft {
  const generation = generationOf(gateway);
  const unresolved = listeners.filter(({ resolved }) => !resolved.ok).map(({ state }) => state.listener.name);
  const resolved =
    unresolved.length === 0
      ? good('ResolvedRefs', 'everything that the listeners refer to is there')
      : bad(
          'ListenersNotResolved',
          `listener ${unresolved.join(', ')} refers to what it may not or to what is not there; see its conditions`,
        );
  const programmed = accepted.ok ? (reach.problem ?? good('Programmed', 'the proxies have the Gateway')) : bad('Invalid', accepted.message);
  const status = {
    addresses: reach.addresses,
    conditions: [
      condition('Accepted', accepted, generation),
      condition('Programmed', programmed, generation),
      condition('ResolvedRefs', resolved, generation),
    ],
    listeners: listeners.map((listener) => listenerStatus(listener, attached.get(listener.state.listener.name) ?? 0, generation)),
  };
  return statusDraft(gateway, status, OWNED);
}

const OWNED: readonly OwnedList[] = Object.freeze([ownedConditions(['Accepted', 'Programmed', 'ResolvedRefs']), OWNED_LISTENERS]);

function failuresOf(gateway: Gateway, accepted: Verdict, listeners: readonly JudgedListener[]): readonly Failure[] {
  const refs = [refOf(gateway)];
  const own: Failure[] =
    accepted.ok || accepted.reason === 'ListenersNotValid'
      ? []
      : [
          {
            refs,
            field: accepted.reason === 'InvalidParameters' ? 'spec.infrastructure.parametersRef' : 'spec.addresses',
            ...reasonOf(accepted),
          },
        ];
  const ofListeners = listeners.flatMap(({ state, resolved }, index) =>
    [state.accepted, resolved]
      .filter(({ ok }) => !ok)
      .map((verdict): Failure => ({ refs, field: `spec.listeners.${index + 1}`, ...reasonOf(verdict) })),
  );
  return [...own, ...ofListeners];
}

function reasonOf({ reason, message }: Verdict): Pick<Failure, 'reason' | 'message'> {
  return { reason, message };
}
