import { describe, expect, it } from 'vitest';
import { renderGoMod } from './go-mod.ts';
import { GO_MODULES, type GoModule } from './modules.ts';

const module = (name: string): GoModule => GO_MODULES.find((one) => one.name === name) as GoModule;

describe('renderGoMod', () => {
  it('requires the pinned version and nothing else', () => {
    expect(renderGoMod(module('etcd'), null)).toBe(
      'module gibbon.dev/testbed/etcd\n\ngo 1.26\n\nrequire go.etcd.io/etcd/server/v3 v3.6.8\n',
    );
  });

  it('requires nothing for programs of the standard library', () => {
    expect(renderGoMod(module('own'), null)).toBe('module gibbon.dev/testbed/own\n\ngo 1.26\n');
  });

  it("turns Kubernetes' libraries in its own repository into their published versions, and keeps its requirements", () => {
    const upstream = `// a comment
module k8s.io/kubernetes

go 1.26.0

godebug default=go1.26

require (
	github.com/blang/semver/v4 v4.0.0
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/cri-client => ./staging/src/k8s.io/cri-client
)
`;
    expect(renderGoMod({ ...module('kubernetes'), requires: { path: 'k8s.io/kubernetes', version: '1.40.12' } }, upstream))
      .toBe(`module gibbon.dev/testbed/kubernetes
// a comment

go 1.26.0

godebug default=go1.26

require (
	github.com/blang/semver/v4 v4.0.0
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => k8s.io/api v0.40.12
	k8s.io/cri-client => k8s.io/cri-client v0.40.12
)

require k8s.io/kubernetes v1.40.12
`);
  });
});
