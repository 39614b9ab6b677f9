// The library: load the module, flatten events. Everything exported here is public.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type EventTime, type ModuleExports, type Preset, PRESETS, callFilter, instantiateModule } from './module.js';
import { readRoots } from './roots.js';

export { OptionsError, SaltflatError } from './error.js';
export {
  PLAIN_PRESETS,
  PRESETS,
  type EventTime,
  type FilterFunction,
  type ModuleExports,
  type Preset,
} from './module.js';

/** One record as it leaves, parsed. State records carry the state's own members too (contract section 2). */
export interface SaltRecord {
  /** Absent in an event that is no job return, which the option `other_events` lets pass. */
  readonly event_type?: 'state_return' | 'fun_return' | 'job_return' | 'malformed';
  readonly [member: string]: unknown;
}

/** One record of `flatten_ecs`, parsed; `docs/ecs.md` has all its members. */
export interface EcsRecord {
  /** Absent, like the rest, in an event that `other_events` lets pass. */
  readonly salt?: {
    readonly kind: EcsKind;
    readonly event_type: NonNullable<SaltRecord['event_type']>;
    readonly [member: string]: unknown;
  };
  readonly event?: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

/** What `salt.kind` says of a record. */
export type EcsKind =
  'failed' | 'changed' | 'unchanged' | 'skipped' | 'would_change' | 'returned' | 'job_return' | 'malformed';

/** What one record of each preset is. */
export interface RecordTypes {
  readonly flatten: SaltRecord;
  readonly flatten_array: { readonly states: readonly SaltRecord[] };
  readonly flatten_ecs: EcsRecord;
}

/** Where the module lies in this package; `saltflat wasm` prints and copies it. */
export const MODULE_PATH = fileURLToPath(new URL('../saltflat.wasm', import.meta.url));

/** How a call is made. */
export interface CallOptions<P extends Preset = Preset> {
  /** Which filter; `flatten` unless told. */
  readonly preset?: P;
  /** The event's time at the agent; now unless told. */
  readonly time?: EventTime;
}

/** What is loaded. */
export interface LoadSettings {
  /** The module's bytes; those of the module in this package unless told. */
  readonly module?: BufferSource;
  /** The content of `saltflat.json` (`docs/options.md`), as text, bytes or the object itself. The defaults hold without it. */
  readonly options?: string | Uint8Array | object;
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

  /**
   * The call for an event of so many bytes that it cannot be held, as the agent makes it: it gives a `malformed` record, as
   * the options want it.
   */
  callUnallocated(length: number, options: CallOptions = {}): Uint8Array | null {
    return callFilter(this.#module, options.preset ?? 'flatten', length, options.time ?? now());
  }

  /** The records of one event as UTF-8 JSON, one object each, byte for byte as the module wrote them. */
  records(event: string | Uint8Array, options: CallOptions = {}): Uint8Array[] {
    const returned = this.call(event, options);
    if (returned === null) return [];
    return Array.from(readRoots(returned), ({ start, end }) => returned.subarray(start, end));
  }

  /** The records of one event, parsed. */
  flatten<P extends Preset = 'flatten'>(event: string | Uint8Array, options: CallOptions<P> = {}): RecordTypes[P][] {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return this.records(event, options).map((record) => JSON.parse(decoder.decode(record)) as RecordTypes[P]);
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

/**
 * Loads the module. Rejects with an `OptionsError` where it refuses the options, with a `WebAssembly.CompileError` where the
 * bytes are no module.
 */
export async function load({ module, options }: LoadSettings = {}): Promise<Saltflat> {
  return new Saltflat(await instantiateModule(module ?? (await readFile(MODULE_PATH)), bytesOf(options)));
}

function bytesOf(options: LoadSettings['options']): Uint8Array | undefined {
  if (options === undefined || options instanceof Uint8Array) return options;
  if (options instanceof ArrayBuffer) return new Uint8Array(options);
  // What JSON cannot say becomes `undefined`, as text, which the module refuses: better than silent defaults.
  return new TextEncoder().encode(typeof options === 'string' ? options : String(JSON.stringify(options)));
}

/** Whether a name is one of `PRESETS`. */
export function isPreset(name: string): name is Preset {
  return (PRESETS as readonly string[]).includes(name);
}
