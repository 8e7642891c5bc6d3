/** A command that runs a part of Gibbon. */
export type CommandName = 'gateway' | 'proxy' | 'controller';

/** How a setting's text is read. */
export type SettingType = 'text' | 'integer' | 'choice' | 'switch' | 'list' | 'listen' | 'target';

/** One setting: a flag, environment variables, a default. The table below is the whole truth: help, checks and docs come from it. */
export interface Setting {
  /** Flag without dashes; the variable is `GIBBON_` and the flag in capitals with underscores. */
  readonly flag: string;
  readonly type: SettingType;
  readonly summary: string;
  /** Word for the value in help, e.g. `DIR`. */
  readonly placeholder: string;
  /** As the user would write it; `null`: not set. */
  readonly default: string | null;
  readonly choices?: readonly string[];
  /** Kong's words for some of the choices. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Smallest and largest value of an integer. */
  readonly range?: readonly [number, number];
  /** Further variables that are understood, Kong's own names. */
  readonly variables?: readonly string[];
  readonly commands: readonly CommandName[];
}

const CONTROL: readonly CommandName[] = ['gateway', 'controller'];
const DATA: readonly CommandName[] = ['gateway', 'proxy'];
const ALL: readonly CommandName[] = ['gateway', 'proxy', 'controller'];

/** Every setting of the three commands, in the order in which help shows them. */
export const SETTINGS: readonly Setting[] = [
  {
    flag: 'manifests',
    type: 'text',
    placeholder: 'DIR',
    summary: 'Folder of Kubernetes manifests (Ingress, Service, EndpointSlice, Secret, KongPlugin, …); watched, changes are live at once',
    default: null,
    commands: CONTROL,
  },
  {
    flag: 'kubernetes',
    type: 'switch',
    placeholder: '',
    summary: "Read objects from a Kubernetes API server, followed live: the Pod's own, or the kubeconfig's outside of a Pod",
    default: 'false',
    commands: CONTROL,
  },
  {
    flag: 'kubeconfig',
    type: 'text',
    placeholder: 'FILE',
    summary: 'Kubeconfig of the API server; with --kubernetes',
    default: null,
    variables: ['CONTROLLER_KUBECONFIG'],
    commands: CONTROL,
  },
  {
    flag: 'kube-context',
    type: 'text',
    placeholder: 'NAME',
    summary: 'Context of the kubeconfig; default its current one',
    default: null,
    commands: CONTROL,
  },
  {
    flag: 'watch-namespaces',
    type: 'list',
    placeholder: 'NAMESPACE',
    summary: 'Namespaces whose objects are read; repeatable. Default: all',
    default: null,
    variables: ['CONTROLLER_WATCH_NAMESPACE'],
    commands: CONTROL,
  },
  {
    flag: 'election-id',
    type: 'text',
    placeholder: 'NAME',
    summary: 'Name of the Lease by which replicas elect the one that writes statuses; with --kubernetes',
    default: 'gibbon-controller',
    variables: ['CONTROLLER_ELECTION_ID'],
    commands: CONTROL,
  },
  {
    flag: 'config',
    type: 'text',
    placeholder: 'FILE',
    summary: 'Declarative configuration to serve (kong.yaml, YAML or JSON)',
    default: null,
    variables: ['KONG_DECLARATIVE_CONFIG'],
    commands: ['proxy'],
  },
  {
    flag: 'output',
    type: 'text',
    placeholder: 'FILE',
    summary: 'Where to write the declarative configuration (kong.yaml; JSON when the name ends in .json)',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'publish',
    type: 'list',
    placeholder: 'URL',
    summary: 'Admin API of a proxy to configure, Gibbon or Kong without a database, e.g. http://127.0.0.1:8001; repeatable',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_URL'],
    commands: ['controller'],
  },
  {
    flag: 'publish-token',
    type: 'text',
    placeholder: 'TOKEN',
    summary: 'Value of Kong-Admin-Token in requests to proxies',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_TOKEN'],
    commands: ['controller'],
  },
  {
    flag: 'publish-token-file',
    type: 'text',
    placeholder: 'FILE',
    summary: 'File with the value of Kong-Admin-Token',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_TOKEN_FILE'],
    commands: ['controller'],
  },
  {
    flag: 'publish-header',
    type: 'list',
    placeholder: 'NAME:VALUE',
    summary: 'Further field of requests to proxies; repeatable',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_HEADER'],
    commands: ['controller'],
  },
  {
    flag: 'publish-ca',
    type: 'text',
    placeholder: 'FILE',
    summary: "Certificate authorities to trust at proxies (PEM) instead of the system's",
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_CA_CERT_FILE'],
    commands: ['controller'],
  },
  {
    flag: 'publish-cert',
    type: 'text',
    placeholder: 'FILE',
    summary: 'Client certificate for proxies (PEM)',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_TLS_CLIENT_CERT_FILE'],
    commands: ['controller'],
  },
  {
    flag: 'publish-key',
    type: 'text',
    placeholder: 'FILE',
    summary: 'Key of the client certificate (PEM)',
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_TLS_CLIENT_KEY_FILE'],
    commands: ['controller'],
  },
  {
    flag: 'publish-servername',
    type: 'text',
    placeholder: 'NAME',
    summary: "Name that the certificates of proxies must have; default: the URL's host",
    default: null,
    variables: ['CONTROLLER_KONG_ADMIN_TLS_SERVER_NAME'],
    commands: ['controller'],
  },
  {
    flag: 'publish-skip-verify',
    type: 'switch',
    placeholder: '',
    summary: 'Do not verify the certificates of proxies',
    default: 'false',
    variables: ['CONTROLLER_KONG_ADMIN_TLS_SKIP_VERIFY'],
    commands: ['controller'],
  },
  {
    flag: 'target',
    type: 'target',
    placeholder: 'gibbon|kong[:VERSION]',
    summary:
      'What the configuration is for; nothing is emitted that this target cannot take. Default: what the proxies of --publish are, kong:3.9 without',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'kong-router-flavor',
    type: 'choice',
    placeholder: 'FLAVOR',
    choices: ['traditional_compatible', 'expressions'],
    summary:
      'Router flavor of the target: how routes are written in the configuration. Default: that of the proxies of --publish, traditional_compatible without',
    default: null,
    commands: ['controller'],
  },
  {
    flag: 'once',
    type: 'switch',
    placeholder: '',
    summary: 'Translate, write, report problems and exit: 0 without problems, 1 with',
    default: 'false',
    commands: ['controller'],
  },
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
  {
    flag: 'proxy-listen',
    type: 'listen',
    placeholder: 'LISTEN',
    summary: "Where requests come in, in Kong's listen syntax",
    default: '0.0.0.0:8000, 0.0.0.0:8443 ssl',
    variables: ['KONG_PROXY_LISTEN'],
    commands: DATA,
  },
  {
    flag: 'admin-listen',
    type: 'listen',
    placeholder: 'LISTEN',
    summary: "Where the Admin API answers, or 'off'; it has no authentication, so keep it on loopback",
    default: '127.0.0.1:8001',
    variables: ['KONG_ADMIN_LISTEN'],
    commands: DATA,
  },
  {
    flag: 'status-listen',
    type: 'listen',
    placeholder: 'LISTEN',
    summary: "Where /status, /status/ready and /metrics answer, or 'off'",
    default: '127.0.0.1:8100',
    variables: ['KONG_STATUS_LISTEN'],
    commands: DATA,
  },
  {
    flag: 'workers',
    type: 'integer',
    placeholder: 'N',
    range: [0, 60],
    summary: 'Threads that serve requests; 0 serves them in the main thread. Default: one per core',
    default: null,
    variables: ['KONG_NGINX_WORKER_PROCESSES'],
    commands: DATA,
  },
  {
    flag: 'transport',
    type: 'choice',
    placeholder: 'NAME',
    choices: ['auto', 'direct', 'net'],
    summary:
      'How sockets are read and written: direct is faster and needs a Node that it knows, net is public API only, auto tests and chooses',
    default: 'auto',
    commands: DATA,
  },
  {
    flag: 'trusted-ips',
    type: 'list',
    placeholder: 'CIDR',
    summary: 'Peers whose X-Forwarded-* fields are believed; repeatable',
    default: null,
    variables: ['KONG_TRUSTED_IPS'],
    commands: DATA,
  },
  {
    flag: 'modules',
    type: 'list',
    placeholder: 'PACKAGE',
    summary: 'Third-party module package or folder to load; repeatable. Its code runs inside the process: load what you trust',
    default: null,
    commands: ALL,
  },
  {
    flag: 'log-level',
    type: 'choice',
    placeholder: 'LEVEL',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    synonyms: { notice: 'info', crit: 'fatal', alert: 'fatal', emerg: 'fatal' },
    summary: 'Least severe lines to write',
    default: 'info',
    variables: ['KONG_LOG_LEVEL', 'CONTROLLER_LOG_LEVEL'],
    commands: ALL,
  },
  {
    flag: 'log-format',
    type: 'choice',
    placeholder: 'FORMAT',
    choices: ['auto', 'pretty', 'json'],
    summary: 'Lines for people or for machines; auto: for people on a terminal',
    default: 'auto',
    variables: ['CONTROLLER_LOG_FORMAT'],
    commands: ALL,
  },
  {
    flag: 'list-modules',
    type: 'switch',
    placeholder: '',
    summary: 'Print id, version and package of every module in this build, and exit',
    default: 'false',
    commands: ALL,
  },
];

/** Settings of one command. */
export function settingsOf(command: CommandName): readonly Setting[] {
  return SETTINGS.filter(({ commands }) => commands.includes(command));
}

/** The environment variables of a setting, the own one first. */
export function variablesOf(setting: Setting): readonly string[] {
  return [`GIBBON_${setting.flag.replaceAll('-', '_').toUpperCase()}`, ...(setting.variables ?? [])];
}
