import { describe, expect, it } from 'vitest';
import { featureNames, manifestImages, testNames } from './sources.ts';

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

describe('testNames', () => {
  it('finds each declaration of a file', () => {
    const source = `var A = suite.ConformanceTest{
	ShortName:   "GatewayOne",
	Description: "ShortName: \\"no\\"",
}

var B = suite.ConformanceTest{
	ShortName: "GatewayTwo",
}`;
    expect(testNames(source)).toEqual(['GatewayOne', 'GatewayTwo']);
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
