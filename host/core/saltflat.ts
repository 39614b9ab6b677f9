// The part of the library that runs wherever WebAssembly does: an instance of the module, and what it makes of events.
import { SaltflatError } from './error.js';
import {
  type EventTime,
  type ModuleExports,
  type Placed,
  callFilter,
  instantiateModule,
  placeFilter,
} from './module.js';
import type { Options } from './options.js';
import { type Preset, type RecordTypes, presetOf } from './presets.js';
import { readRoots } from './roots.js';
import { checkVersion } from './version.js';

/** How a call is made. */
export interface CallOptions<P extends Preset = Preset> {
  /** Which filter; `flatten` unless told. */
  readonly preset?: P;
  /** The event's time at the agent; now unless told. */
  readonly time?: EventTime;
}

/** A module: its bytes, compiled, where it lies, or the answer to a request for it. */
export type ModuleSource = BufferSource | WebAssembly.Module | URL | Response;

/** What is loaded. */
export interface LoadSettings {
  /** The module; the one in this package unless told. */
  readonly module?: ModuleSource;
  /**
   * The content of `saltflat.json` (`docs/options.md`), as text, bytes or the object itself. The defaults hold without
   * it.
   */
  readonly options?: string | Uint8Array | ArrayBuffer | Options;
}

/**
 * The call with places and kinds of the records. `event`: its bytes, or how many there are where they cannot be held:
 * that gives a `malformed` record, as the options want it. No method: it is the host's own.
 */
export let callPlaced: (saltflat: Saltflat, event: Uint8Array | number, preset: Preset) => Placed | null;

/**
 * One instance of the module. It keeps nothing between calls but its memory, which is as large as the largest event
 * needed.
 */
export class Saltflat {
  static {
    callPlaced = (saltflat, event, preset) => placeFilter(saltflat.#module, preset, event, now());
  }

  readonly #module: ModuleExports;
  /** What the options say; empty where there are none. */
  readonly options: Options;

  /** From an instance, and the options that it was made with; `load` makes one. */
  constructor(module: ModuleExports, options: Options = {}) {
    this.#module = module;
    this.options = options;
  }

  /**
   * The filter call as the agent makes it. `event`: one Salt event, JSON text or its UTF-8 bytes. Returns what the
   * module returned, UTF-8 without the terminator, or null where the event has no records. Never throws on bad input:
   * that gives a `malformed` record, nothing or blanks included. A blank line of a file is no event: the streams pass
   * over it, and who cuts lines should. Throws a `TypeError` where `preset` is none.
   */
  call(event: string | Uint8Array, options: CallOptions = {}): Uint8Array | null {
    const bytes = typeof event === 'string' ? new TextEncoder().encode(event) : event;
    return callFilter(this.#module, presetOf(options.preset), bytes, options.time ?? now());
  }

  /**
   * The records of one event as UTF-8 JSON, one object each, byte for byte as the module wrote them. `event` is as for
   * `call`.
   */
  records(event: string | Uint8Array, options: CallOptions = {}): Uint8Array[] {
    const returned = this.call(event, options);
    if (returned === null) return [];
    return Array.from(readRoots(returned), ({ start, end }) => returned.subarray(start, end));
  }

  /**
   * The records of one event, parsed. `event` is as for `call`: an empty text is no event, and gives a `malformed`
   * record.
   */
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

/** What reads a module from where it lies. */
export type OpenModule = (address: URL) => Promise<BufferSource>;

/**
 * Loads a module; `open` reads it where it is named by its address. Rejects with an `OptionsError` where it refuses the
 * options, with a `ModuleError` where it is of another version, with a `WebAssembly.CompileError` where the bytes are
 * no module.
 */
export async function loadFrom(
  module: ModuleSource,
  options: LoadSettings['options'],
  open: OpenModule,
): Promise<Saltflat> {
  const compiled = await compile(module, open);
  checkVersion(compiled);
  const bytes = bytesOf(options);
  const exports = await instantiateModule(compiled, bytes);
  // What the module takes is JSON, an object, and nowhere of the wrong type.
  const taken: unknown = bytes === undefined ? {} : JSON.parse(new TextDecoder().decode(bytes));
  return new Saltflat(exports, taken as Options);
}

async function compile(module: ModuleSource, open: OpenModule): Promise<WebAssembly.Module> {
  if (module instanceof WebAssembly.Module) return module;
  if (module instanceof URL) return WebAssembly.compile(await open(module));
  if (typeof Response !== 'undefined' && module instanceof Response) return WebAssembly.compile(await bodyOf(module));
  return WebAssembly.compile(module as BufferSource);
}

/** An `OpenModule` that asks the network, or whatever else `fetch` reaches. */
export const fetchModule: OpenModule = async (address) => bodyOf(await fetch(address));

/**
 * The body of an answer that has one; its type does not matter. Rejects with a `SaltflatError` where it is a refusal.
 */
async function bodyOf(response: Response): Promise<ArrayBuffer> {
  const { ok, status, statusText, url } = response;
  if (!ok)
    throw new SaltflatError(`${url}: cannot be fetched: ${`${status} ${statusText}`.trim()}`, `HTTP_${status}`, url);
  return response.arrayBuffer();
}

function bytesOf(options: LoadSettings['options']): Uint8Array | undefined {
  if (options === undefined || options instanceof Uint8Array) return options;
  if (options instanceof ArrayBuffer) return new Uint8Array(options);
  // What JSON cannot say becomes `undefined`, as text, which the module refuses: better than silent defaults.
  // Its type does not tell that it may be undefined.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
  return new TextEncoder().encode(typeof options === 'string' ? options : (JSON.stringify(options) ?? 'undefined'));
}
