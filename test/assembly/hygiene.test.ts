// What the compiled module is made of.
import { readFile } from 'node:fs/promises';
import { MODULE_PATH } from '../../build/host/index.js';

// What binaryen has against a module it prints; it takes hold of `console.error` when it is loaded.
const complaints: string[] = [];
const { error } = console;
console.error = (...parts: unknown[]) => void complaints.push(parts.join(' '));
const { default: binaryen } = await import('assemblyscript/binaryen');
console.error = error;

// Two thirds are what the options switch on, the search for secrets with its tables a third of that; an id takes 6,000.
// Texts and tables are packed (scripts/pack.mjs): as AssemblyScript lays them down they would take 17,000 more. In all
// of it, passes that spare the agent's interpreter dispatches cost bytes (ARCHITECTURE.md, Speed). 107,000 bytes before
// the rules of docs/redaction.md. json-as, which reads the options, is 10,000 of them.
const BUDGET_BYTES = 128 * 1024;

let bytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  bytes = new Uint8Array(await readFile(MODULE_PATH));
});

it('exports the filters, the memory and its two functions, the reactor entry and where records lie, nothing else', async () => {
  const exported = WebAssembly.Module.exports(await WebAssembly.compile(bytes));
  expect(exported.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
    'function _initialize',
    'function flatten',
    'function flatten_array',
    'function flatten_ecs',
    'function free',
    'function malloc',
    'function places',
    'memory memory',
  ]);
});

it('imports the four calls of WASI that read one file and complain about it, nothing else', async () => {
  const imported = WebAssembly.Module.imports(await WebAssembly.compile(bytes));
  expect(imported.map(({ module, name }) => `${module} ${name}`).sort()).toEqual([
    'wasi_snapshot_preview1 fd_close',
    'wasi_snapshot_preview1 fd_read',
    'wasi_snapshot_preview1 fd_write',
    'wasi_snapshot_preview1 path_open',
  ]);
});

it('gives its filters the six arguments and the result of the C signature', async () => {
  const call = (): number => 0;
  const wasi = { path_open: call, fd_read: call, fd_write: call, fd_close: call };
  const instance = await WebAssembly.instantiate(await WebAssembly.compile(bytes), { wasi_snapshot_preview1: wasi });
  expect(instance.exports['flatten']).toHaveLength(6);
  expect(instance.exports['flatten_array']).toHaveLength(6);
  expect(instance.exports['flatten_ecs']).toHaveLength(6);
  expect(instance.exports['malloc']).toHaveLength(1);
  expect(instance.exports['free']).toHaveLength(1);
});

describe('the features that the agent has to know', () => {
  type Module = ReturnType<typeof binaryen.readBinary>;
  function isValidWith(features: Parameters<Module['setFeatures']>[0]): boolean {
    const module = binaryen.readBinary(bytes);
    try {
      module.setFeatures(features);
      return module.validate() === 1;
    } finally {
      module.dispose();
    }
  }
  const { MVP, BulkMemory, BulkMemoryOpt, MutableGlobals, SignExt, NontrappingFPToInt } = binaryen.Features;

  it('are bulk memory and what every runtime has; no SIMD', () => {
    expect(isValidWith(MVP | BulkMemory | BulkMemoryOpt | MutableGlobals | SignExt | NontrappingFPToInt)).toBe(true);
  });

  it('are told apart by this test: without bulk memory the module is not valid', () => {
    complaints.length = 0;
    expect(isValidWith(MVP | MutableGlobals | SignExt)).toBe(false);
    expect(complaints.join('\n')).toContain('--enable-bulk-memory');
  });
});

it(`fits into ${BUDGET_BYTES} bytes`, () => {
  expect(bytes.length).toBeLessThanOrEqual(BUDGET_BYTES);
});
