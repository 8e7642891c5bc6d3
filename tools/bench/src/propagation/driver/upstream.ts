import { createServer } from 'node:http';

/** Answers everything with 200 and the port that was asked, at every address. Arguments: ports. */
for (const port of process.argv.slice(2).map(Number)) {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/plain', 'x-port': String(port) });
    answer.end('ok\n');
  });
  server.keepAliveTimeout = 120_000;
  server.listen(port, '0.0.0.0');
}
