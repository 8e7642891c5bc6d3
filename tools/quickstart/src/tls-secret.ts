import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestAuthority } from '@gibbon/testing-fixtures';

/** Writes a TLS Secret with a fresh self-made certificate for a host to `generated/tls.yaml` in a folder of manifests. */
export async function writeTlsSecret(manifests: string, host: string): Promise<void> {
  const authority = await createTestAuthority('Gibbon quick start');
  const { cert, key } = await authority.issue({ names: [host] });
  const indent = (pem: string): string =>
    pem
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n');
  const text = `# Made by npm start; made anew each time.
apiVersion: v1
kind: Secret
metadata:
  name: secure-tls
  namespace: demo
type: kubernetes.io/tls
stringData:
  tls.crt: |
${indent(cert)}
  tls.key: |
${indent(key)}
`;
  const folder = join(manifests, 'generated');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tls.yaml'), text, { mode: 0o600 });
}
