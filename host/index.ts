// The library: load the module, flatten events. Everything exported here is public.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type EventTime, type ModuleExports, type Preset, PRESETS, callFilter, instantiateModule } from './module.js';
import { readRoots } from './roots.js';

export { PRESETS, type EventTime, type FilterFunction, type ModuleExports, type Preset } from './module.js';

/** One record as it leaves, parsed. State records carry the state's own members too (contract section 2). */
export interface SaltRecord {
  readonly event_type: 'state_return' | 'fun_return' | 'malformed';
  readonly [member: string]: unknown;
}

/** Where the module lies in this package; `saltflat wasm` prints and copies it. */
export const MODULE_PATH = fileURLToPath(new URL('../saltflat.wasm', import.meta.url));

/** How a call is made. */
export interface CallOptions {
  /** Which filter; `flatten` unless told. */
  readonly preset?: Preset;
  /** The event's time at the agent; now unless told. */
  readonly time?: EventTime;
}

/** One instance of the module. It keeps nothing between calls but its memory, which is as large as the largest event needed. */
export class Saltflat {
  readonly #module: ModuleExports;

  /** From an instance; `load` makes one. */
  constructor(module: ModuleExports) {
    this.#module = module;
  }

  /**
   * The filter call as the agent makes it. `event`: one Salt event, JSON text or its UTF-8 bytes. Returns what the module
   * returned, UTF-8 without the terminator, or null where the event has no records. Never throws on bad input: that
   * gives a `malformed` record.
   */
  call(event: string | Uint8Array, options: CallOptions = {}): Uint8Array | null {
    const bytes = typeof event === 'string' ? new TextEncoder().encode(event) : event;
    return callFilter(this.#module, options.preset ?? 'flatten', bytes, options.time ?? now());
  }

  /** The records of one event as UTF-8 JSON, one object each, byte for byte as the module wrote them. */
  records(event: string | Uint8Array, time?: EventTime): Uint8Array[] {
    const returned = this.call(event, time === undefined ? {} : { time });
    if (returned === null) return [];
    return Array.from(readRoots(returned), ({ start, end }) => returned.subarray(start, end));
  }

  /** The records of one event, parsed. */
  flatten(event: string | Uint8Array, time?: EventTime): SaltRecord[] {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return this.records(event, time).map((record) => JSON.parse(decoder.decode(record)) as SaltRecord);
  }

  /** Bytes of memory in use. It grows to what the largest event needed, and stays there. */
  get memoryBytes(): number {
    return this.#module.memory.buffer.byteLength;
  }
}

function now(): EventTime {
  const ms = Date.now();
  return { sec: Math.floor(ms / 1000), nsec: (ms % 1000) * 1_000_000 };
}

/** Loads the module: the one in this package unless other bytes are given. */
export async function load(bytes?: BufferSource): Promise<Saltflat> {
  return new Saltflat(await instantiateModule(bytes ?? (await readFile(MODULE_PATH))));
}

/** Whether a name is one of `PRESETS`. */
export function isPreset(name: string): name is Preset {
  return (PRESETS as readonly string[]).includes(name);
}
