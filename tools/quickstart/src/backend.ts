import { createServer } from 'node:http';

/**
 * A demo backend: says who it is and what it got. Run as `node backend.ts NAME PORT`; listens on loopback.
 * `GET /healthz` answers 200 for the health checks.
 */
const [name = 'backend', port = '0'] = process.argv.slice(2);
let served = 0;

const server = createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end('ok');
    return;
  }
  served += 1;
  const body = JSON.stringify(
    {
      backend: name,
      pid: process.pid,
      served,
      method: request.method,
      path: request.url,
      headers: request.headers,
    },
    null,
    2,
  );
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${body}\n`);
});

server.on('error', (error: NodeJS.ErrnoException) => {
  const reason = error.code === 'EADDRINUSE' ? `port ${port} is in use; the quick start needs it for a demo backend` : error.message;
  process.stderr.write(`${name}: ${reason}\n`);
  process.exit(1);
});
server.listen(Number(port), '127.0.0.1', () => process.send?.({ listening: (server.address() as { port: number }).port }));

// Ends with the process that started it, also when that one was killed; not by Ctrl-C, which the gateway uses to drain.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
