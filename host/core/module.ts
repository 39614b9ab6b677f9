// The module as the agent sees it: its exports, and one call made exactly as Fluent Bit makes it.
import { instantiate } from '@assemblyscript/loader';
import { searchable } from './bytes.js';
import { OptionsError } from './error.js';
import { KINDS, type Kind } from './kinds.js';
import type { Preset } from './presets.js';
import { OPTIONS_FILE, Wasi } from './wasi.js';

/** The C signature of a Fluent Bit filter. Addresses and lengths are bytes in the module's memory. */
export type FilterFunction = (
  tag: number,
  tagLen: number,
  sec: number,
  nsec: number,
  record: number,
  recordLen: number,
) => number;

/** Everything the module exports. */
export interface ModuleExports extends Record<Preset, FilterFunction> {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(address: number): void;
  /**
   * Where the records of the last call lie (`assembly/filter.ts`). Asked for once, it is kept from the next call on.
   */
  places(): number;
  _initialize(): void;
}

/** An event's time, as the agent passes it: whole seconds since 1970 and nanoseconds within the second. */
export interface EventTime {
  readonly sec: number;
  readonly nsec: number;
}

/**
 * Initialises a module, compiled from its bytes where it is not yet; `options` is what it finds as its `saltflat.json`,
 * if anything. Rejects with a `WebAssembly.CompileError` where the bytes are no module, with an `OptionsError` where
 * the module refuses the options.
 */
export async function instantiateModule(
  module: BufferSource | WebAssembly.Module,
  options?: Uint8Array,
): Promise<ModuleExports> {
  const wasi = new Wasi(options);
  const { exports } = await instantiate(module, { wasi_snapshot_preview1: { ...wasi.imports } });
  // The loader's type knows no names; this is the one place that does.
  const typed = exports as unknown as ModuleExports;
  wasi.attach(typed.memory);
  try {
    typed._initialize();
  } catch (error) {
    const mistakes = mistakesIn(wasi.stderr);
    // A trap without a word is no refusal: then the module is damaged.
    if (error instanceof WebAssembly.RuntimeError && mistakes.length > 0)
      throw new OptionsError(mistakes, OPTIONS_FILE, error);
    throw error;
  }
  return typed;
}

/** The mistakes that a module names on stderr, without the file's name that each begins with. */
function mistakesIn(stderr: string): string[] {
  const mistakes: string[] = [];
  const prefix = `${OPTIONS_FILE}: `;
  for (const line of stderr.replace(/\n$/, '').split('\n')) {
    if (line.startsWith(prefix)) mistakes.push(line.slice(prefix.length));
    else if (mistakes.length > 0) mistakes.push(`${mistakes.pop()}\n${line}`);
    else if (line !== '') mistakes.push(line);
  }
  return mistakes;
}

/** What the agent passes as the tag of its own stream; the module does not read it. */
const TAG = new TextEncoder().encode('salt');

/** Copies bytes in with a terminator behind them. 0 where the module has no memory for them. */
function copyIn(module: ModuleExports, bytes: Uint8Array): number {
  const address = module.malloc(bytes.length + 1) >>> 0;
  if (address === 0) return 0;
  const memory = new Uint8Array(module.memory.buffer); // taken anew: `malloc` may have grown it
  memory.set(bytes, address);
  memory[address + bytes.length] = 0;
  return address;
}

/** Where the records of one call lie in its bytes, and of which kind each is, in the order in which they leave. */
export class Places {
  readonly #rows: readonly number[];
  readonly #origin: number;

  /** `rows`: three numbers a record, addresses in the module's memory; `origin`: the address of the first byte. */
  constructor(rows: readonly number[], origin: number) {
    this.#rows = rows;
    this.#origin = origin;
  }

  /** How many records there are. */
  get count(): number {
    return this.#rows.length / 3;
  }

  /** Where the record's opening brace stands in the returned bytes. */
  start(index: number): number {
    return this.#rows[3 * index]! - this.#origin;
  }

  /** The place past its closing brace. */
  end(index: number): number {
    return this.#rows[3 * index + 1]! - this.#origin;
  }

  kind(index: number): Kind {
    return KINDS[this.#rows[3 * index + 2]!]!;
  }
}

/** What `placeFilter` gives: the result's bytes, and which records they hold. */
export interface Placed {
  readonly bytes: Uint8Array;
  readonly places: Places;
}

/** As `callFilter`, with places and kinds of the records. The module keeps them from its first call of this kind on. */
export function placeFilter(
  module: ModuleExports,
  preset: Preset,
  record: Uint8Array | number,
  time: EventTime,
): Placed | null {
  module.places();
  return call(module, preset, record, time, (memory, start, end) => {
    const table = module.places();
    const view = new DataView(memory.buffer);
    // A list, not a typed array: most events have one record or two, and a buffer of its own took a third of the call.
    const rows = Array.from({ length: 3 * view.getUint32(table, true) }, (_, at) =>
      view.getUint32(table + 4 + 4 * at, true),
    );
    return { bytes: new Uint8Array(memory.subarray(start, end)), places: new Places(rows, start) };
  });
}

/**
 * One filter call, step by step as Fluent Bit 5.1.1 makes it (`src/wasm/flb_wasm.c`): tag and record through `malloc`
 * with terminators, six arguments, a copy of the returned C string, two `free`s. The result's bytes, or null where the
 * event is dropped (0 or an empty string). `record`: its bytes, or how many there are where they cannot be held; the
 * agent hands over a null pointer then.
 */
export function callFilter(
  module: ModuleExports,
  preset: Preset,
  record: Uint8Array | number,
  time: EventTime,
): Uint8Array | null {
  return call(module, preset, record, time, (memory, start, end) => new Uint8Array(memory.subarray(start, end)));
}

/** One call; `take` copies what it needs of the result, which lies at `[start, end)` in the module's memory. */
function call<T>(
  module: ModuleExports,
  preset: Preset,
  record: Uint8Array | number,
  time: EventTime,
  take: (memory: Uint8Array, start: number, end: number) => T,
): T | null {
  const tagAddress = copyIn(module, TAG);
  const recordAddress = typeof record === 'number' ? 0 : copyIn(module, record);
  const recordLen = typeof record === 'number' ? Math.min(record, 0xffffffff) : record.length;
  try {
    const result = module[preset](tagAddress, TAG.length, time.sec, time.nsec, recordAddress, recordLen) >>> 0;
    if (result === 0) return null;
    const memory = searchable(new Uint8Array(module.memory.buffer)); // the output is larger than the event
    const end = memory.indexOf(0, result);
    return end === result ? null : take(memory, result, end);
  } finally {
    if (tagAddress !== 0) module.free(tagAddress);
    if (recordAddress !== 0) module.free(recordAddress);
  }
}
