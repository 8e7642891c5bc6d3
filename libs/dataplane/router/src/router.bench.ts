/**
 * How long a match, a build and an update take. Run with
 * `node --conditions=@gibbon/source libs/dataplane/router/src/router.bench.ts`.
 */
import type { RouteEntry, RouteInput, Router } from './contract.ts';
import { idOf, inputOf, routeOf } from './testing/fixtures.ts';
import { buildRouter, updateRouter } from './router.ts';

const ROUNDS = 7;
const MATCHES = 300_000;

interface Shape {
  readonly name: string;
  entry(n: number): RouteEntry<number>;
  input(n: number): RouteInput;
}

const SHAPES: readonly Shape[] = [
  {
    name: 'one host, paths',
    entry: (n) => ({ route: routeOf({ id: idOf(n), hosts: ['api.example.test'], paths: [`/team-${n % 97}/service-${n}`] }), value: n }),
    input: (n) => inputOf({ rawHost: 'api.example.test', path: `/team-${n % 97}/service-${n}/items/1` }),
  },
  {
    name: 'a host each',
    entry: (n) => ({ route: routeOf({ id: idOf(n), hosts: [`service-${n}.example.test`], paths: ['/'] }), value: n }),
    input: (n) => inputOf({ rawHost: `service-${n}.example.test:8000`, path: '/items/1' }),
  },
  {
    name: 'paths, methods, expressions',
    entry: (n) => ({
      route: routeOf({ id: idOf(n), methods: ['GET', 'PUT'], paths: [`/service-${n}/`, `~/service-${n}$`, `~/service-${n}/v\\d+/`] }),
      value: n,
    }),
    input: (n) => inputOf({ path: `/service-${n}/items` }),
  },
];

/** Fresh, flat strings as a codec makes them: nothing interned. */
function fresh(input: RouteInput): RouteInput {
  const copy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
  return { ...input, rawHost: copy(input.rawHost), path: copy(input.path) };
}

function nanosecondsPerMatch(router: Router<number>, inputs: readonly RouteInput[]): number {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.hrtime.bigint();
    for (let i = 0, at = 0; i < MATCHES; i++) {
      if (router.match(inputs[at] as RouteInput) !== null) found++;
      if (++at === inputs.length) at = 0;
    }
    times.push(Number(process.hrtime.bigint() - started) / MATCHES);
  }
  if (found !== ROUNDS * MATCHES) throw new Error('a request did not match');
  return times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

for (const shape of SHAPES) {
  for (const count of [1, 1000, 10_000]) {
    const entries = Array.from({ length: count }, (_, n) => shape.entry(n));
    const inputs = Array.from({ length: 1000 }, (_, n) => fresh(shape.input((n * 7919) % count)));
    const started = performance.now();
    let router = buildRouter(entries);
    const built = performance.now() - started;
    const match = nanosecondsPerMatch(router, inputs);
    const updateStarted = performance.now();
    const updates = 200;
    for (let n = 0; n < updates; n++) router = updateRouter(router, { removedIds: [], added: [shape.entry((n * 31) % count)] });
    const updated = (performance.now() - updateStarted) / updates;
    console.log(
      `${shape.name.padEnd(28)} ${String(count).padStart(6)} routes: match ${match.toFixed(0).padStart(4)} ns, build ${built.toFixed(1)} ms, update ${(updated * 1000).toFixed(0)} us`,
    );
  }
}

const heapRouter = buildRouter(Array.from({ length: 1000 }, (_, n) => SHAPES[0]!.entry(n)));
const heapInputs = Array.from({ length: 1000 }, (_, n) => fresh(SHAPES[0]!.input(n)));
nanosecondsPerMatch(heapRouter, heapInputs);
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < MATCHES; i++) heapRouter.match(heapInputs[i % 1000] as RouteInput);
console.log(`heap per match: ${((process.memoryUsage().heapUsed - before) / MATCHES).toFixed(3)} bytes`);
