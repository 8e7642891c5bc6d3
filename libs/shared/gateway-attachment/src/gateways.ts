import { GATEWAY_CONTROLLER_NAME, type ControllerSettings, type TrackedRead } from '@gibbon/contracts/translator';
import type { Gateway, GatewayClass } from '@gibbon/k8s-types';

const DEFAULT_NAMES: readonly string[] = Object.freeze([GATEWAY_CONTROLLER_NAME]);

/** Controller names of the GatewayClasses that are ours. */
export function controllerNames({ gatewayControllerNames }: ControllerSettings): readonly string[] {
  return gatewayControllerNames ?? DEFAULT_NAMES;
}

/** Controller name of a Gateway's class when that is ours, or `null`. */
export function controllerOf(gateway: Gateway, settings: ControllerSettings, read: TrackedRead): string | null {
  const name = read.get<GatewayClass>('GatewayClass', '', gateway.spec.gatewayClassName)?.spec.controllerName;
  return name !== undefined && controllerNames(settings).includes(name) ? name : null;
}
