import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of manifests for one test. */
export class ManifestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'gibbon-e2e-'));

  /** Writes a file in place, as a careless editor does. */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Writes a file and moves it into place, as a careful editor does. */
  replace(name: string, text: string): void {
    this.write(`.${name}.tmp`, text);
    renameSync(join(this.path, `.${name}.tmp`), join(this.path, name));
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A Service with one EndpointSlice of loopback ports. */
export function backendManifest(name: string, ports: readonly number[], annotations: Readonly<Record<string, string>> = {}): string {
  const slices = ports.map(
    (port) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}-${port}
  labels: { kubernetes.io/service-name: ${name} }
addressType: IPv4
ports: [{ name: http, port: ${port} }]
endpoints: [{ addresses: [127.0.0.1], conditions: { ready: true } }]
`,
  );
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  annotations: ${JSON.stringify(annotations)}
spec:
  ports: [{ name: http, port: 80 }]
${slices.join('')}`;
}

/** An Ingress that sends a path to a Service. */
export function ingressManifest(name: string, path: string, service: string, annotations: Readonly<Record<string, string>> = {}): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations: ${JSON.stringify(annotations)}
spec:
  ingressClassName: kong
  rules:
    - http:
        paths:
          - path: ${path}
            pathType: Prefix
            backend:
              service:
                name: ${service}
                port: { number: 80 }
`;
}
