// The peers that run in this process: bytes of one event in, bytes of its records out.
import { readFileSync } from 'node:fs';
import { load, MODULE_PATH } from '../host/index.js';
import { type EventTime, type ModuleExports, instantiateModule } from '../host/core/module.js';
import type { JsonObject } from '../test/support/corpus.js';

/** The agent's time of every event. */
export const TIME: EventTime = { sec: 1795339200, nsec: 123456789 };

/** One way to flatten. */
export interface Peer {
  readonly name: string;
  /** The records of one event, `{first}[TS,{second}][TS,{third}]`. */
  flatten(event: Uint8Array): Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** The module as the host calls it: `Saltflat.call`, copies in and out included. */
export async function loadSaltflat(): Promise<Peer> {
  const saltflat = await load();
  const options = { time: TIME };
  return { name: 'saltflat', flatten: (event) => saltflat.call(event, options) ?? NOTHING };
}

/** A peer that can tell the time of the work from the time of the copies. */
export interface TimedPeer extends Peer {
  /**
   * The time of the work on one event alone, in ms: the event is copied in before, and the records are left in place.
   */
  timeCall(event: Uint8Array): number;
}

/** The module without the host: the bare filter call. */
export async function loadBareModule(): Promise<TimedPeer> {
  const module: ModuleExports = await instantiateModule(readFileSync(MODULE_PATH));
  const copyIn = (event: Uint8Array): number => {
    const address = module.malloc(event.length + 1) >>> 0;
    const memory = new Uint8Array(module.memory.buffer);
    memory.set(event, address);
    memory[address + event.length] = 0;
    return address;
  };
  const call = (address: number, size: number): number =>
    module.flatten(0, 0, TIME.sec, TIME.nsec, address, size) >>> 0;
  return {
    name: 'saltflat, bare',
    flatten(event) {
      const address = copyIn(event);
      const result = call(address, event.length);
      const memory = new Uint8Array(module.memory.buffer);
      const records = memory.slice(result, memory.indexOf(0, result));
      module.free(address);
      return records;
    },
    timeCall(event) {
      const address = copyIn(event);
      const start = performance.now();
      call(address, event.length);
      const elapsed = performance.now() - start;
      module.free(address);
      return elapsed;
    },
  };
}

/** The exports of `bench/json-as`. */
interface JsonAsExports {
  readonly memory: WebAssembly.Memory;
  reserve(size: number): number;
  flatten(size: number, sec: number, nsec: number): number;
  resultSize(): number;
}

/** Where the compiled `bench/json-as` lies. */
export const JSON_AS_URL = new URL('json-as.wasm', import.meta.url);

/** The module's work done with `json-as`. A trap in it throws. */
export async function loadJsonAs(): Promise<Peer> {
  const env = {
    abort(): never {
      throw new Error('json-as: abort');
    },
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(JSON_AS_URL), { env });
  const module = instance.exports as unknown as JsonAsExports;
  return {
    name: 'json-as',
    flatten(event) {
      const address = module.reserve(event.length);
      new Uint8Array(module.memory.buffer).set(event, address);
      const result = module.flatten(event.length, TIME.sec, TIME.nsec);
      return new Uint8Array(module.memory.buffer).slice(result, result + module.resultSize());
    },
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const BETWEEN = `[${TIME.sec}.${String(TIME.nsec).padStart(9, '0')},`;

/** The module's work done with `JSON.parse` and `JSON.stringify`. */
export const jsonPeer: Peer = {
  name: 'JSON.parse + JSON.stringify',
  flatten(event) {
    const { data } = JSON.parse(decoder.decode(event)) as { data: JsonObject };
    const states = data['return'] as Record<string, JsonObject>;
    let records = '';
    for (const name in states) {
      const state = states[name] as JsonObject;
      const record = JSON.stringify({
        ...state,
        state_name: name,
        state_id: state['__id__'] ?? name.split('_|-')[1],
        minion_id: data['id'],
        jid: data['jid'],
        fun: data['fun'],
        fun_args: data['fun_args'] ?? null,
        event_type: 'state_return',
        _stamp: data['_stamp'],
      });
      records += records === '' ? record : `${BETWEEN}${record}]`;
    }
    return encoder.encode(records);
  },
};
