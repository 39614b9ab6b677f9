// The module with a count of its steps: Binaryen's pass `log-execution` calls an import at each entry of a function and
// each turn of a loop. So how much work an event is can be told exactly, on any machine, however busy it is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callFilter, type ModuleExports } from '../../../build/host/core/module.js';
import type { Options, Preset } from '../../../build/host/index.js';
import { Wasi } from '../../../build/host/core/wasi.js';
import { TIME } from '../../oracle/agree.js';

const BUILD = [
  ...['assembly/filter.ts', '--config', 'none', '--optimizeLevel', '1', '--noAssert', '--runtime', 'stub'],
  ...[
    '--use',
    'abort=',
    '--use',
    'JSON_CACHE_SIZE=ASC_SHRINK_LEVEL',
    '--enable',
    'bulk-memory',
    '--transform',
    'json-as',
  ],
  ...['--runPasses', 'log-execution'],
];

/** Builds it. */
export function buildCounted(): WebAssembly.Module {
  const directory = mkdtempSync(join(tmpdir(), 'saltflat-counted-'));
  const file = join(directory, 'counted.wasm');
  try {
    execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...BUILD, '--outFile', file]);
    return new WebAssembly.Module(readFileSync(file));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Counts what calls cost. */
export class Counted {
  readonly #exports: ModuleExports;
  #steps = 0;

  constructor(module: WebAssembly.Module, options: Options) {
    const wasi = new Wasi(new TextEncoder().encode(JSON.stringify(options)));
    const imports = { ...wasi.imports, log_execution: () => this.#steps++ };
    const names = new Set(WebAssembly.Module.imports(module).map((each) => each.module));
    const { exports } = new WebAssembly.Instance(module, Object.fromEntries([...names].map((name) => [name, imports])));
    this.#exports = exports as unknown as ModuleExports;
    wasi.attach(this.#exports.memory);
    this.#exports._initialize();
  }

  /** The steps of one call, and the bytes of memory in use behind it. */
  cost(event: Uint8Array, preset: Preset): { steps: number; memory: number } {
    const before = this.#steps;
    callFilter(this.#exports, preset, event, TIME);
    return { steps: this.#steps - before, memory: this.#exports.memory.buffer.byteLength };
  }
}
