// The module as the agent sees it: its exports, and one call made exactly as Fluent Bit makes it.
import { instantiate } from '@assemblyscript/loader';

/** The C signature of a Fluent Bit filter. Addresses and lengths are bytes in the module's memory. */
export type FilterFunction = (
  tag: number,
  tagLen: number,
  sec: number,
  nsec: number,
  record: number,
  recordLen: number,
) => number;

/** The exports that are filters. */
export const PRESETS = ['flatten', 'flatten_array'] as const;
export type Preset = (typeof PRESETS)[number];

/** Everything the module exports. */
export interface ModuleExports extends Record<Preset, FilterFunction> {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(address: number): void;
  _initialize(): void;
}

/** An event's time, as the agent passes it: whole seconds since 1970 and nanoseconds within the second. */
export interface EventTime {
  readonly sec: number;
  readonly nsec: number;
}

/** Compiles and initialises a module from its bytes. Rejects with a `WebAssembly.CompileError` where they are none. */
export async function instantiateModule(bytes: BufferSource): Promise<ModuleExports> {
  const { exports } = await instantiate(bytes, {});
  const typed = exports as unknown as ModuleExports; // the loader's type knows no names; this is the one place that does
  typed._initialize();
  return typed;
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

/**
 * One filter call, step by step as Fluent Bit 5.1.1 makes it (`src/wasm/flb_wasm.c`): tag and record through `malloc`
 * with terminators, six arguments, a copy of the returned C string, two `free`s. The result's bytes, or null where the
 * event is dropped (0 or an empty string).
 */
export function callFilter(
  module: ModuleExports,
  preset: Preset,
  record: Uint8Array,
  time: EventTime,
): Uint8Array | null {
  const tagAddress = copyIn(module, TAG);
  const recordAddress = copyIn(module, record);
  try {
    const result = module[preset](tagAddress, TAG.length, time.sec, time.nsec, recordAddress, record.length) >>> 0;
    if (result === 0) return null;
    // A Buffer's `indexOf` is ten times a plain array's, over output that is larger than the event.
    const memory = Buffer.from(module.memory.buffer);
    const end = memory.indexOf(0, result);
    return end === result ? null : new Uint8Array(memory.subarray(result, end));
  } finally {
    if (tagAddress !== 0) module.free(tagAddress);
    if (recordAddress !== 0) module.free(recordAddress);
  }
}
