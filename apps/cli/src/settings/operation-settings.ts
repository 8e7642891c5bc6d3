import { CONTROL, type Setting } from './setting.ts';

/** What a controller tells whoever operates it. */
export const OPERATION_SETTINGS: readonly Setting[] = [
  {
    flag: 'health-listen',
    type: 'bind',
    placeholder: 'HOST:PORT',
    summary:
      'Where /healthz and /readyz of the control plane answer; ready once everything that exists is translated. Default: 127.0.0.1:10254 with --kubernetes, off without',
    default: null,
    variables: ['CONTROLLER_HEALTH_PROBE_BIND_ADDRESS'],
    commands: CONTROL,
  },
  {
    flag: 'metrics-listen',
    type: 'bind',
    placeholder: 'HOST:PORT',
    summary: 'Where /metrics of the control plane answers, for Prometheus. Default: 127.0.0.1:10255 with --kubernetes, off without',
    default: null,
    variables: ['CONTROLLER_METRICS_BIND_ADDRESS'],
    commands: CONTROL,
  },
  {
    flag: 'emit-kubernetes-events',
    type: 'switch',
    placeholder: '',
    summary: 'Write Events about objects that have problems, which kubectl describe shows; with --kubernetes',
    default: 'true',
    variables: ['CONTROLLER_EMIT_KUBERNETES_EVENTS'],
    commands: CONTROL,
  },
  {
    flag: 'diagnostics-listen',
    type: 'bind',
    placeholder: 'HOST:PORT',
    summary:
      'Where /debug/problems, /debug/targets, /debug/objects/KIND/NAMESPACE/NAME (why an object is not live) and /debug/config/current, successful, failed and raw-error answer; without authentication, so keep it on loopback. Default: off',
    default: null,
    commands: CONTROL,
  },
  {
    flag: 'dump-sensitive-config',
    type: 'switch',
    placeholder: '',
    summary: 'Show secrets in the configurations of --diagnostics-listen',
    default: 'false',
    variables: ['CONTROLLER_DUMP_SENSITIVE_CONFIG'],
    commands: CONTROL,
  },
];
