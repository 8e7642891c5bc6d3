import { CONTROL, type Setting } from './setting.ts';

/** Where a controller finds objects, and which replica writes to them. */
export const SOURCE_SETTINGS: readonly Setting[] = [
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
];
