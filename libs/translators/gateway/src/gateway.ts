import { CERTIFICATE_UNIT, Draft } from '@gibbon/annotations';
import type { OwnedList, StatusDraft } from '@gibbon/contracts/status';
import { EMPTY_OUTPUT, type Failure, type TrackedRead, type TranslationOutput, type Unit } from '@gibbon/contracts/translator';
import {
  bad,
  condition,
  controllerOf,
  generationOf,
  good,
  listenerStates,
  OWNED_LISTENERS,
  ownedConditions,
  statusDraft,
  type Verdict,
} from '@gibbon/gateway-attachment';
import { refOf, type Gateway } from '@gibbon/k8s-types';
import { entityId } from '@gibbon/model';
import { countAttachedRoutes } from './attached-routes.ts';
import type { GatewayContext } from './context.ts';
import { judgeListener, listenerStatus, type JudgedListener } from './listener-status.ts';

const ADDRESS_TYPES: readonly string[] = ['IPAddress', 'Hostname'];

/** Yields the certificates and SNIs of a Gateway's TLS listeners, and its status. */
export function translateGateway(unit: Unit, read: TrackedRead, context: GatewayContext): TranslationOutput {
  const gateway = unit.object as Gateway;
  if (controllerOf(gateway, context.settings, read) === null) return EMPTY_OUTPUT;
  const listeners = listenerStates(gateway, context.settings).map((state) => judgeListener(gateway, state, read));
  const accepted = acceptedVerdict(gateway, listeners);
  const draft = new Draft(context.normalise);
  if (accepted.ok) for (const listener of listeners) if (listener.programmed.ok) addServerNames(draft, gateway, listener, read);
  draft.fail(...failuresOf(gateway, accepted, listeners));
  return { ...draft.output(), statuses: [statusOf(gateway, accepted, listeners, countAttachedRoutes(gateway, context.settings, read))] };
}

/** Of several certificates of a listener the first is shown: a server name has one. */
function addServerNames(draft: Draft, gateway: Gateway, { state, certificates }: JudgedListener, read: TrackedRead): void {
  const [secret] = certificates.secrets;
  if (secret === undefined) return;
  const unit = `${CERTIFICATE_UNIT}:${secret.namespace}/${secret.name}` as const;
  const certificate = read.output(unit)?.entities.find((entity) => entity.type === 'certificates');
  if (certificate === undefined) return;
  const name = state.hostname === '' ? '*' : state.hostname;
  const at = gateway.spec.listeners.indexOf(state.listener) + 1;
  draft.add(
    'snis',
    { id: entityId('snis', name), name, certificate: { id: certificate.entity.id } },
    { owner: refOf(gateway), locate: () => `spec.listeners.${at}.hostname` },
  );
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

function statusOf(
  gateway: Gateway,
  accepted: Verdict,
  listeners: readonly JudgedListener[],
  attached: ReadonlyMap<string, number>,
): StatusDraft {
  const generation = generationOf(gateway);
  const unresolved = listeners.filter(({ resolved }) => !resolved.ok).map(({ state }) => state.listener.name);
  const resolved =
    unresolved.length === 0
      ? good('ResolvedRefs', 'everything that the listeners refer to is there')
      : bad(
          'ListenersNotResolved',
          `listener ${unresolved.join(', ')} refers to what it may not or to what is not there; see its conditions`,
        );
  const programmed = accepted.ok ? good('Programmed', 'the proxies have the Gateway') : bad('Invalid', accepted.message);
  const status = {
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
