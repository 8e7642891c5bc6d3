import { controllerStandard } from '@gibbon/preset-controller-standard';
import { stringify } from 'yaml';
import { resourceKindsOf } from './build-contents.ts';
import { chartFiles, HEADER } from './chart/chart-files.ts';
import { defaultOf } from './chart/values.ts';
import { customResourceDefinition, isDefined } from './crds/definition.ts';
import { gatewayClassManifests, ingressClassManifest } from './manifests/classes.ts';
import { controllerManifests } from './manifests/controller.ts';
import { PLAIN_NAMESPACE } from './manifests/names.ts';
import { permissionManifests } from './manifests/permissions.ts';
import { proxyManifests } from './manifests/proxy.ts';
import { clusterRules } from './rbac/permissions.ts';
import type { Node } from './template/node.ts';
import { resolve } from './template/plain.ts';

/** Folders whose every file is generated, from the workspace's root. */
export const GENERATED_FOLDERS: readonly string[] = ['deploy/helm', 'deploy/manifests'];

/** All files for deployments of this build: text by path from the workspace's root. */
export function deploymentFiles(): ReadonlyMap<string, string> {
  const kinds = resourceKindsOf(controllerStandard);
  const definitions = new Map(kinds.filter(isDefined).map((kind) => [kind.plural, customResourceDefinition(kind)]));
  const templates: Readonly<Record<string, readonly Node[]>> = {
    permissions: permissionManifests({
      cluster: clusterRules(kinds.filter(({ namespaced }) => !namespaced)),
      watched: clusterRules(kinds.filter(({ namespaced }) => namespaced)),
    }),
    'ingress-class': [ingressClassManifest()],
    'gateway-classes': gatewayClassManifests(),
    controller: controllerManifests(),
    proxy: proxyManifests(),
  };
  const chart = [...chartFiles({ templates, definitions })].map(([path, text]) => [`deploy/helm/gibbon/${path}`, text] as const);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PLAIN_NAMESPACE } };
  const { 'gateway-classes': classes = [], ...others } = templates;
  return new Map([
    ...chart,
    ['deploy/manifests/crds.yaml', documents([...definitions.values()])],
    ['deploy/manifests/gibbon.yaml', documents([namespace, ...Object.values(others).flatMap(plainManifests)])],
    ['deploy/manifests/gateway-classes.yaml', documents(plainManifests(classes))],
  ]);
}

function plainManifests(nodes: readonly Node[]): readonly unknown[] {
  return nodes.map((node) => resolve(node, defaultOf)).filter((manifest) => manifest !== undefined);
}

function documents(manifests: readonly unknown[]): string {
  return HEADER + manifests.map((manifest) => `---\n${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('');
}
