// What the README promises a newcomer: `npm start`, then its curl lines. Runs on any Node from 20 on.
import { spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Time for an install and a start. */
const READY_MS = 300_000;
/** Time for everything to end after Ctrl-C. */
const STOP_MS = 10_000;

const ports = { http: await freePort(), https: await freePort(), admin: await freePort(), status: await freePort() };
const results = { passed: 0, failed: 0 };

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One request; TLS where a server name is given. Resolves with status and body, or status 0 when nothing answers. */
function get(path, { port = ports.http, headers = {}, servername } = {}) {
  const options = {
    host: '127.0.0.1',
    port,
    path,
    headers: { ...headers, ...(servername && { host: servername }) },
    servername,
    rejectUnauthorized: false,
    timeout: 5000,
  };
  return new Promise((resolve) => {
    const request = (servername === undefined ? httpRequest : httpsRequest)(options, (response) => {
      let body = '';
      const subject = servername === undefined ? null : response.socket.getPeerCertificate().subjectaltname;
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body, subject }));
      response.on('error', () => resolve({ status: 0, body, subject }));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve({ status: 0, body: '', subject: null }));
    request.end();
  });
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('connect', () => socket.destroy()).on('error', () => resolve(false));
  });
}

async function until(what, limitMs) {
  for (const end = performance.now() + limitMs; performance.now() < end; await delay(100)) if (await what()) return true;
  return false;
}

async function check(name, what) {
  const ok = await what().catch((error) => (console.log(error), false));
  results[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok    ' : 'FAILED'} quick start: ${name}`);
}

const listen = [
  '--proxy-listen',
  `127.0.0.1:${ports.http}, 127.0.0.1:${ports.https} ssl`,
  '--admin-listen',
  `127.0.0.1:${ports.admin}`,
  '--status-listen',
  `127.0.0.1:${ports.status}`,
];
const start = spawn('npm', ['start', '--silent', '--', ...listen], {
  stdio: ['ignore', 'pipe', 'pipe'],
  shell: process.platform === 'win32',
});
let output = '';
for (const stream of [start.stdout, start.stderr]) stream.on('data', (chunk) => (output += chunk));
const ended = new Promise((resolve) => start.on('close', (code, signal) => resolve({ code, signal })));

await check('npm start serves', () =>
  until(async () => start.exitCode === null && (await get('/status/ready', { port: ports.status })).status === 200, READY_MS),
);
await check('a plain route, balanced over two backends', async () => {
  const pids = new Set();
  for (let n = 0; n < 8; n += 1) {
    const { status, body } = await get('/hello');
    if (status !== 200) return false;
    pids.add(JSON.parse(body).pid);
  }
  return pids.size === 2;
});
await check('a route with a key refuses without, and serves with it', async () => {
  const headers = { apikey: 'open-sesame' };
  return (await get('/private')).status === 401 && (await get('/private', { headers })).status === 200;
});
await check('a rate limited route answers 429 after five', async () => {
  const statuses = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await get('/limited')).status);
  // The minute may turn once in between, which allows five more.
  const served = statuses.filter((status) => status === 200).length;
  return statuses[0] === 200 && served >= 5 && served <= 10 && statuses.every((status) => status === 200 || status === 429);
});
await check('HTTPS with the certificate of the Secret', async () => {
  const { status, subject } = await get('/', { port: ports.https, servername: 'secure.localhost' });
  return status === 200 && subject.includes('secure.localhost');
});
await check('a path that no Ingress names is 404', async () => (await get('/no/such/path')).status === 404);
await check('the output says what to try', async () => output.includes(`curl http://localhost:${ports.http}/hello`));
await check('Ctrl-C ends everything at once', async () => {
  start.kill('SIGINT');
  const end = await Promise.race([ended, delay(STOP_MS).then(() => null)]);
  return end !== null && !(await isListening(ports.http)) && !(await isListening(ports.admin));
});

if (results.failed > 0) console.log(`\nnpm start printed:\n${output}`);
start.kill('SIGKILL');
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);
