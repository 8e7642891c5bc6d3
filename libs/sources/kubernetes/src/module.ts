import { defineModule, optional } from '@gibbon/contracts/module';
import { RESOURCE_KINDS } from '@gibbon/contracts/resource';
import { CLOCK, LOGGER, RANDOM } from '@gibbon/contracts/services';
import { KUBE_CLIENT } from '@gibbon/k8s-client';
import { schema, Type } from '@gibbon/schema';
import { KubernetesSource } from './kubernetes-source.ts';

export const sourceKubernetes = defineModule({
  kind: 'source',
  id: 'source.kubernetes',
  summary: 'The objects of a Kubernetes API server, followed live.',
  config: schema(
    Type.Object({
      kubeconfig: Type.String({
        default: '',
        minLength: 0,
        description: "Path of a kubeconfig file; empty: the Pod's service account, or KUBECONFIG and ~/.kube/config outside of a Pod.",
      }),
      context: Type.String({ default: '', minLength: 0, description: 'Context of the kubeconfig; empty: its current one.' }),
      namespaces: Type.Array(Type.String({ description: 'A namespace.' }), {
        default: [],
        description: 'Namespaces whose objects are read; empty: all. Objects without a namespace are always read.',
      }),
      selectors: Type.Array(
        Type.Object({
          kind: Type.String({ description: 'The kind, e.g. `Ingress`.' }),
          labels: Type.String({ default: '', minLength: 0, description: 'Label selector, as for `kubectl get -l`.' }),
          fields: Type.String({ default: '', minLength: 0, description: 'Field selector, as for `kubectl get --field-selector`.' }),
        }),
        { default: [], description: 'What the API server leaves out, beyond what the kinds themselves say.' },
      ),
      pageSize: Type.Integer({ minimum: 1, maximum: 10_000, default: 500, description: 'Objects per page of a list.' }),
      discoveryPollMs: Type.Integer({
        minimum: 1000,
        default: 60_000,
        description: 'Milliseconds between looks for kinds that are not served, where CustomResourceDefinitions may not be watched.',
      }),
    }),
  ),
  requires: { kinds: RESOURCE_KINDS, clock: CLOCK, random: RANDOM, logger: LOGGER, client: optional(KUBE_CLIENT) },
  traits: {},
  create: ({ config, deps, scope }) => {
    const source = new KubernetesSource(config, deps);
    scope.own(() => source.close());
    return source;
  },
});
