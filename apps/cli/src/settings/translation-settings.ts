import { CONTROL, type Setting } from './setting.ts';

/** Which objects a controller serves, and what it says of them. */
export const TRANSLATION_SETTINGS: readonly Setting[] = [
  {
    flag: 'ingress-class',
    type: 'text',
    placeholder: 'NAME',
    summary: 'Ingress class that is served',
    default: 'kong',
    variables: ['CONTROLLER_INGRESS_CLASS'],
    commands: CONTROL,
  },
  {
    flag: 'ingress-class-controller',
    type: 'text',
    placeholder: 'NAME',
    summary: 'spec.controller of the IngressClasses that are served',
    default: 'ingress-controllers.konghq.com/kong',
    commands: CONTROL,
  },
];
