import type { GoModule } from './modules.ts';
import { GO_VERSION } from './versions.ts';

/**
 * The `go.mod` of the module in which a part is built.
 * @param upstream `go.mod` of the required module where its replacements are inherited, otherwise `null`.
 * @see https://go.dev/ref/mod#go-mod-file-replace replacements count in the main module alone.
 */
export function renderGoMod(module: GoModule, upstream: string | null): string {
  const { requires } = module;
  const head = `module gibbon.dev/testbed/${module.name}\n`;
  if (requires === null) return `${head}\ngo ${GO_VERSION}\n`;
  const requirement = `require ${requires.path} v${requires.version}\n`;
  if (upstream === null) return `${head}\ngo ${GO_VERSION}\n\n${requirement}`;
  return `${head}${publishedReplacements(upstream, requires.version).replace(/^module .*\n/m, '')}\n${requirement}`;
}

/**
 * Kubernetes develops its libraries inside its own repository (`k8s.io/api => ./staging/src/k8s.io/api`) and publishes
 * each release of them as v0 with the same minor and patch: 1.37.2 goes with v0.37.2.
 */
function publishedReplacements(goMod: string, version: string): string {
  const library = `v0.${version.split('.').slice(1).join('.')}`;
  return goMod.replaceAll(/=> \.\/staging\/src\/(\S+)/g, `=> $1 ${library}`);
}
