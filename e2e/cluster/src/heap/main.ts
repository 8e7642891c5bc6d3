// Runs in the network of a pod whose Node has opened its inspector: collects garbage and prints how many bytes of heap are in use.
const ANSWER_MS = 20_000;

interface Answer {
  readonly id: number;
  readonly result: { readonly result?: { readonly value?: unknown } };
}

const response = await fetch('http://127.0.0.1:9229/json/list', { signal: AbortSignal.timeout(ANSWER_MS) });
const [target] = (await response.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
await new Promise((resolve) => socket.addEventListener('open', resolve));

/** @see https://chromedevtools.github.io/devtools-protocol/v8/ */
async function call(id: number, method: string, params: object = {}): Promise<Answer['result']> {
  const { promise, resolve } = Promise.withResolvers<Answer['result']>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id === id) resolve(answer.result);
  });
  socket.send(JSON.stringify({ id, method, params }));
  return promise;
}

await call(1, 'HeapProfiler.enable');
await call(2, 'HeapProfiler.collectGarbage');
const { result } = await call(3, 'Runtime.evaluate', { expression: 'process.memoryUsage().heapUsed' });
socket.close();
process.stdout.write(String(result?.value));
