import { describe, expect, it } from 'vitest';
import { declaredTests, featureNames, manifestImages } from './sources.ts';

describe('manifestImages', () => {
  it('finds the images of all pods once, whatever stands around them', () => {
    const manifest = `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers:
      - image: "example.com:5000/first:v1"
      containers:
        - name: echo
          # image: example.com/commented:v1
          image: example.com/echo@sha256:0123 # pinned
        - name: again
          image: example.com:5000/first:v1
---
kind: ConfigMap
data:
  imagePullPolicy: Never
`;
    expect(manifestImages(manifest)).toEqual(['example.com:5000/first:v1', 'example.com/echo@sha256:0123']);
  });
});

describe('declaredTests', () => {
  it('finds each of a file, with what it needs', () => {
    const source = `var A = suite.ConformanceTest{
	ShortName:   "GatewayOne",
	Description: "ShortName: no",
	Features: []features.FeatureName{
		features.SupportGateway,
		features.SupportHTTPRouteCORS,
	},
}

var B = suite.ConformanceTest{
	ShortName: "GatewayTwo",
	Features:  []features.FeatureName{features.SupportGateway},
	Test: func(t *testing.T) { need(features.SupportMesh) },
}`;
    expect(declaredTests(source)).toEqual([
      { name: 'GatewayOne', features: ['Gateway', 'HTTPRouteCORS'] },
      { name: 'GatewayTwo', features: ['Gateway'] },
    ]);
  });
});

describe('featureNames', () => {
  it('finds constants with and without a type, and nothing else', () => {
    const source = `const (
	// SupportGatewayOne is one.
	SupportGatewayOne FeatureName = "GatewayOne"
	SupportGatewayTwo = "GatewayTwo"
)

var Other FeatureName = "Other"`;
    expect(featureNames(source)).toEqual(['GatewayOne', 'GatewayTwo']);
  });
});
