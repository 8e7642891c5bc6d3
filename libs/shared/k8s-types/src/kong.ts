import type { KubeObject } from '@gibbon/contracts/resource';

/** A value of a Secret in the namespace of the object that names it. */
export interface SecretValueFrom {
  readonly secretKeyRef: { readonly name: string; readonly key: string };
}

/** A value of a Secret in any namespace. */
export interface NamespacedSecretValueFrom {
  readonly secretKeyRef: { readonly name: string; readonly key: string; readonly namespace: string };
}

/** A value that is put into a plugin's configuration at a JSON pointer (RFC 6901). */
export interface ConfigPatch<From> {
  readonly path: string;
  readonly valueFrom: From;
}

/** Fields that namespaced and cluster-wide plugins share; all of them top level. */
export interface PluginFields<From> {
  /** Kong's plugin name. */
  readonly plugin: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly configFrom?: From;
  readonly configPatches?: readonly ConfigPatch<From>[];
  readonly disabled?: boolean;
  readonly instance_name?: string;
  readonly protocols?: readonly string[];
  /** Dynamic ordering of Kong's enterprise edition. */
  readonly ordering?: Readonly<Record<string, unknown>>;
}

/**
 * A KongPlugin (configuration.konghq.com/v1).
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongplugin
 */
export interface KongPlugin extends KubeObject, PluginFields<SecretValueFrom> {
  readonly kind: 'KongPlugin';
}

/**
 * A KongClusterPlugin (configuration.konghq.com/v1).
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongclusterplugin
 */
export interface KongClusterPlugin extends KubeObject, PluginFields<NamespacedSecretValueFrom> {
  readonly kind: 'KongClusterPlugin';
}

/**
 * A KongConsumer (configuration.konghq.com/v1).
 * @see https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/#kongconsumer
 */
export interface KongConsumer extends KubeObject {
  readonly kind: 'KongConsumer';
  readonly username?: string;
  readonly custom_id?: string;
  /** Secrets of the same namespace, with a `konghq.com/credential` label. */
  readonly credentials?: readonly string[];
  /** KongConsumerGroups of the same namespace. */
  readonly consumerGroups?: readonly string[];
}

/** A KongConsumerGroup (configuration.konghq.com/v1beta1). Its name in Kong is `metadata.name`. */
export interface KongConsumerGroup extends KubeObject {
  readonly kind: 'KongConsumerGroup';
}
