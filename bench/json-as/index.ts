/* eslint-disable @typescript-eslint/ban-ts-comment -- AssemblyScript: asc checks it, tsc cannot */
// @ts-nocheck
// The peer `json-as`: the same records from the same bytes, in AssemblyScript with its parser and serialiser.
//
// The quickest of the ways that give the right records: members and states stay as they stand (`JSON.Raw`), of a state
// only `__id__` is read, and what the event adds is appended. A map of members for each state took twice as long; a
// struct for `data` lost the members behind `return` (json-as 1.6.0).
import { JSON } from "json-as/assembly"; // not 'json-as': tsc would follow that and check the library

type Members = Map<string, JSON.Raw>;


@json
class StateId {
  __id__: string = "";
}

let input: usize = 0;
let inputSize: u32 = 0;
let output: ArrayBuffer = new ArrayBuffer(0);

/** The address where the host puts an event of `size` bytes. */
export function reserve(size: u32): usize {
  if (size > inputSize) {
    if (input) heap.free(input);
    input = heap.alloc(size);
    inputSize = size;
  }
  return input;
}

/** How many bytes the last `flatten` returned. */
export function resultSize(): u32 {
  return output.byteLength;
}

function getText(members: Members, name: string): string {
  return members.has(name) ? members.get(name).data : "null";
}

/** The address of the records of the event of `size` bytes at `reserve`: `{first}[TS,{second}][TS,{third}]`. */
export function flatten(size: u32, sec: u32, nsec: u32): usize {
  const event = JSON.parse<Members>(String.UTF8.decodeUnsafe(input, size));
  const data = JSON.parse<Members>(event.get("data").data);
  const states = JSON.parse<Members>(data.get("return").data);
  const names = states.keys();
  const values = states.values();
  const between = "[" + sec.toString() + "." + nsec.toString().padStart(9, "0") + ",";
  const common =
    ',"minion_id":' +
    getText(data, "id") +
    ',"jid":' +
    getText(data, "jid") +
    ',"fun":' +
    getText(data, "fun") +
    ',"fun_args":' +
    getText(data, "fun_args") +
    ',"event_type":"state_return","_stamp":' +
    getText(data, "_stamp") +
    "}";
  const parts = new Array<string>();
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const state = values[i].data;
    const id = JSON.parse<StateId>(state).__id__;
    if (i) parts.push(between);
    parts.push(state.substring(0, state.length - 1));
    parts.push(',"state_name":');
    parts.push(JSON.stringify(name));
    parts.push(',"state_id":');
    parts.push(JSON.stringify(id.length ? id : name.split("_|-")[1]));
    parts.push(common);
    if (i) parts.push("]");
  }
  output = String.UTF8.encode(parts.join(""));
  return changetype<usize>(output);
}
