import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../process/find-program.ts';
import type { Subject, SubjectCommand, SubjectContext } from './subject.ts';

const MISSING = 'nginx is missing: apt-get install -y nginx-light';
const ANSWER = '{"message":"hello from the upstream","service":"bench","ok":true,"padding":"xxxxxx"}';

function common(folder: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`).join('\n');
  return `${paths}\n  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 3600s;`;
}

/** One process: no master, so that its CPU time is all there is. */
function commandFor(folder: string, http: string): SubjectCommand {
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off;\nmaster_process off;\npid ${join(folder, 'nginx.pid')};\nerror_log stderr crit;\nevents { worker_connections 4096; }\nhttp {\n${common(folder)}\n${http}\n}\n`,
  );
  return { command: [findProgram('nginx') as string, '-p', folder, '-c', file, '-e', 'stderr'] };
}

/** The peer that everything is measured against. */
export const nginxProxy: Subject = {
  name: 'nginx',
  ours: false,
  missing: () => (findProgram('nginx') === null ? MISSING : null),
  prepare: ({ port, upstreamPort, folder }: SubjectContext) =>
    commandFor(
      folder,
      `  upstream backend { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; keepalive_timeout 3600s; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
    }
  }`,
    ),
};

/** The upstream of all subjects: 84 bytes of JSON from memory. */
export const nginxUpstream: Subject = {
  name: 'upstream',
  ours: false,
  missing: () => nginxProxy.missing(),
  prepare: ({ port, folder }) =>
    commandFor(folder, `  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${ANSWER}'; } }`),
};
