import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../process/find-program.ts';
import type { Subject } from './subject.ts';

/** HAProxy with one thread. */
export const haproxy: Subject = {
  name: 'haproxy',
  ours: false,
  missing: () => (findProgram('haproxy') === null ? 'haproxy is missing: apt-get install -y haproxy' : null),
  prepare({ port, upstreamPort, folder }) {
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  maxconn 4096
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  default_backend upstream
backend upstream
  server one 127.0.0.1:${upstreamPort} pool-max-conn 256
`,
    );
    return { command: [findProgram('haproxy') as string, '-f', file, '-db'] };
  },
};
