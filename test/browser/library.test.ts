// The library in a real browser: bundled as users bundle it, with the same module as every agent's.
import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build, stop } from 'esbuild-wasm';
import type { Browser, Page } from 'playwright-core';
import { MODULE_PATH } from '../../build/host/index.js';
import { describeWith } from '../support/program.js';
import { FIXTURE, run } from '../support/command.js';
import { NO_CHROMIUM, launch, open } from '../support/browser/chromium.js';

const SLOWEST_MS = 120_000;

/**
 * What the page and the worker both can do: the events as NDJSON, as objects, and what a mistake in the options gives.
 */
const COMMON = `
  import { load, webStream } from 'saltflat';
  const body = async () => (await fetch('/events.ndjson')).body;
  export const tasks = {
    async ndjson() {
      const stream = webStream(await load(), { format: 'ndjson' });
      return new Response((await body()).pipeThrough(stream)).text();
    },
    async records() {
      const stream = webStream(await load({ module: await fetch('/assets/saltflat.wasm'), options: { only: 'failed' } }));
      const ids = [];
      const reader = (await body()).pipeThrough(stream).getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) ids.push(next.value.state_id);
      return [ids.length, stream.counts];
    },
    async flatten() {
      const saltflat = await load({ module: new URL('/assets/saltflat.wasm', location.href) });
      return (await new Response(await body()).text()).trim().split('\\n').flatMap((line) => saltflat.flatten(line)).length;
    },
    mistake: () => load({ options: { only: 'chaged' } }).catch(({ name, mistakes }) => [name, mistakes]),
    missing: () => load({ module: new URL('/none.wasm', location.href) }).catch(({ code }) => code),
  };`;

const PAGE = `
  import { tasks } from 'common';
  const worker = new Worker('/assets/worker.js', { type: 'module' });
  window.here = (task) => tasks[task]();
  window.inWorker = (task) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(task);
    });`;

const WORKER = `
  import { tasks } from 'common';
  onmessage = async ({ data }) => postMessage(await tasks[data]());`;

/** A script and all that it imports in one file, for a browser; fails where anything in it needs Node. */
async function bundle(contents: string): Promise<string> {
  const common = { contents: COMMON, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'common',
        setup(build) {
          build.onResolve({ filter: /^common$/ }, ({ path }) => ({ path, namespace: 'common' }));
          build.onLoad({ filter: /.*/, namespace: 'common' }, () => common);
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

type Task = 'ndjson' | 'records' | 'flatten' | 'mistake' | 'missing';
type Asking = Record<'here' | 'inWorker', (task: Task) => Promise<unknown>>;

describeWith('the library in a browser', NO_CHROMIUM, () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let said: string[];
  let asked: string[];
  beforeAll(async () => {
    // The bundle looks for the module where it lies in the package: one folder above the host.
    const files: Record<string, [type: string, content: string | Uint8Array]> = {
      '/': [
        'text/html',
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/assets/page.js"></script>',
      ],
      '/assets/page.js': ['text/javascript', await bundle(PAGE)],
      '/assets/worker.js': ['text/javascript', await bundle(WORKER)],
      '/saltflat.wasm': ['application/wasm', readFileSync(MODULE_PATH)],
      '/assets/saltflat.wasm': ['application/octet-stream', readFileSync(MODULE_PATH)],
      '/events.ndjson': ['application/x-ndjson', readFileSync(FIXTURE)],
    };
    server = createServer(({ url = '' }, response) => {
      const [type, content] = files[url] ?? ['', ''];
      response.writeHead(type === '' ? 404 : 200, { 'content-type': type || 'text/plain' }).end(content);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    browser = await launch();
    ({ page, said, asked } = await open(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    await page.waitForFunction(() => 'inWorker' in window);
  }, SLOWEST_MS);
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
    await stop();
  });

  const ask = (where: keyof Asking, task: Task): Promise<unknown> =>
    page.evaluate(([at, what]) => (window as unknown as Asking)[at](what), [where, task] as const);

  describe.each(['here', 'inWorker'] as const)('%s', (where) => {
    it(
      'gives what the command line gives, byte for byte, with the module that it fetches',
      async () => expect(await ask(where, 'ndjson')).toBe((await run(['replay', '-q', FIXTURE])).stdout),
      SLOWEST_MS,
    );

    it('gives records as objects, as the options say, and counts them', async () => {
      expect(await ask(where, 'records')).toEqual([
        57,
        expect.objectContaining({ events: 679, failed: 57, malformed: 0 }),
      ]);
    });

    it('flattens line by line', async () => expect(await ask(where, 'flatten')).toBe(476));

    it('names mistakes in the options', async () => {
      const mistake = 'only: expected one of "all", "changed", "failed", "notable", not "chaged"';
      expect(await ask(where, 'mistake')).toEqual(['OptionsError', [mistake]]);
    });

    it('says that there is no module where there is none', async () => {
      expect(await ask(where, 'missing')).toBe('HTTP_404');
    });
  });

  it('says nothing on the console but what was not there, and asks for nothing but its parts', () => {
    expect(said.filter((line) => !line.includes('404'))).toEqual([]);
    const origin = new URL(page.url()).origin;
    expect(asked.filter((address) => !address.startsWith(`${origin}/`) && !address.startsWith('data:'))).toEqual([]);
  });
});
