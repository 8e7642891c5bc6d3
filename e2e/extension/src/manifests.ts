/** An Ingress with the third-party plugin, to a Service with the third-party balancer over local ports. */
export function manifests(ports: readonly number[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: hello
  annotations: { konghq.com/plugins: stamp }
spec:
  ingressClassName: kong
  rules:
    - http:
        paths:
          - { path: /hello, pathType: Prefix, backend: { service: { name: hello, port: { number: 80 } } } }
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: stamp }
plugin: request-stamp
config: { header: X-Outside }
---
apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: { name: two-choices }
spec: { algorithm: power-of-two }
---
apiVersion: v1
kind: Service
metadata:
  name: hello
  annotations: { konghq.com/upstream-policy: two-choices }
spec:
  ports: [{ name: http, port: 80, targetPort: 8080 }]
${ports.map(endpointSlice).join('')}`;
}

/** A slice holds one port for all its addresses: one slice per local upstream. */
function endpointSlice(port: number, index: number): string {
  return `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: hello-${index}
  labels: { kubernetes.io/service-name: hello }
addressType: IPv4
ports: [{ name: http, port: ${port}, protocol: TCP }]
endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: true } }]
`;
}
