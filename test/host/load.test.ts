// Where a module may come from, and where it may run.
import { readFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { load as loadInBrowser } from '../../build/host/browser.js';
import { MODULE_PATH, load } from '../../build/host/index.js';
import { FIXTURE, eventLine, run, state } from '../support/command.js';

const EVENT = eventLine('1', [state(), state({ result: false })]);
const bytes = new Uint8Array(readFileSync(MODULE_PATH));

/** What `use` gives while a server answers with the module, or with 404 where it is asked for something else. */
async function serving<T>(use: (address: URL) => Promise<T>): Promise<T> {
  const server = createServer(({ url }, response) => {
    if (url === '/saltflat.wasm') response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/saltflat.wasm`));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe.each([
  ['Node', load],
  ['browsers', loadInBrowser],
])('load in %s', (_, loadThere) => {
  it.each([
    ['its bytes', () => bytes],
    ['an ArrayBuffer', () => bytes.buffer],
    ['a compiled module', () => WebAssembly.compile(bytes)],
    ['an answer', () => new Response(bytes)],
  ])('takes the module as %s', async (_how, module) => {
    expect((await loadThere({ module: await module() })).flatten(EVENT)).toHaveLength(2);
  });

  it('takes the module from an address, whatever type the server gives it', async () => {
    await serving(async (module) => {
      expect((await loadThere({ module })).flatten(EVENT)).toHaveLength(2);
      expect((await loadThere({ module: await fetch(module) })).flatten(EVENT)).toHaveLength(2);
    });
  });

  it('says which address refused, and how', async () => {
    await serving(async (address) => {
      const module = new URL('/none.wasm', address);
      const message = `${module.href}: cannot be fetched: 404 Not Found`;
      await expect(loadThere({ module })).rejects.toMatchObject({ message, code: 'HTTP_404', source: module.href });
    });
  });
});

it.each(['x', 'malloc'])('names the presets where a call asks for %s', async (preset) => {
  const saltflat = await load();
  const options = { preset: preset as 'flatten' }; // what JavaScript can say, and TypeScript cannot
  const message = `preset: expected one of flatten, flatten_array, flatten_ecs, not ${preset}`;
  for (const call of [() => saltflat.call(EVENT, options), () => saltflat.flatten(EVENT, options)])
    expect(call).toThrow(new TypeError(message));
});

it('loads from the address of a file', async () => {
  expect((await load({ module: pathToFileURL(MODULE_PATH) })).flatten(EVENT)).toHaveLength(2);
});

it('gives in a worker thread what the command line gives, with a module that was compiled outside', async () => {
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { createReadStream } from 'node:fs';
    const { load, nodeStream } = await import(workerData.library);
    const saltflat = await load({ module: workerData.module });
    const chunks = await createReadStream(workerData.file).pipe(nodeStream(saltflat, { format: 'ndjson' })).toArray();
    parentPort.postMessage(Buffer.concat(chunks).toString());`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: {
      library: pathToFileURL('build/host/index.js').href,
      module: await WebAssembly.compile(bytes),
      file: FIXTURE,
    },
  });
  const answer = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  expect(answer).toBe((await run(['replay', '-q', FIXTURE])).stdout);
});
