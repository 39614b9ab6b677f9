// How deep records may nest. Fluent Bit reads a record back with a stack of 64 levels (msgpack-c with
// MSGPACK_EMBED_STACK_SIZE=64) and loses a deeper one with all behind it in the chunk, without a word (measured on
// 4.2.8, 5.0.9 and 5.1.1); and where an output writes it as JSON, 4.2.8 and 5.0.9 overrun their coroutine's stack from
// about 45 levels on and crash (40: never in 8 starts). One minion could so make others' events disappear, or the
// agent.
import { ErrorCode, refuse } from "../error";
import { CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { IS_DROPPED, IS_STATE, memberAt } from "../json/object";
import { deepest } from "../json/scan";
import { scanString } from "../json/string";
import { Event, Slot, endOf, startOf } from "../event/slots";
import { Part } from "./part";

/** Levels of a record, itself counted; `{"states":[…]}` around it adds two. */
export const RECORD_DEPTH: u32 = 32;

/** Fails where the value `[p, end)`, which was scanned before, nests deeper than `limit`. */
function isWithin(p: usize, end: usize, limit: u32): bool {
  let depth: u32 = 0;
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == QUOTE) p = scanString(p + 1);
    else if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      if (++depth > limit) return refuse(ErrorCode.RECORD_TOO_DEEP, p);
    } else if (c == CLOSE_BRACE || c == CLOSE_BRACKET) depth--;
  }
  return true;
}

/** Fails where a record of the part would nest too deep. Costs nothing while the event itself is no deeper. */
export function isShallow(event: Event, part: Part): bool {
  if (deepest <= RECORD_DEPTH) return true;
  if (!isWithin(part.argsStart, part.argsEnd, RECORD_DEPTH - 1)) return false;
  if (!isWithin(startOf(event, Slot.STAMP), endOf(event, Slot.STAMP), RECORD_DEPTH - 1)) return false;
  if (!part.states) return isWithin(part.valueStart, part.valueEnd, part.isBare ? RECORD_DEPTH : RECORD_DEPTH - 1);
  for (let i: usize = 0; i < part.count; i++) {
    const member = memberAt(part.table, i);
    if (member.flags & IS_DROPPED) continue;
    const limit = member.flags & IS_STATE ? RECORD_DEPTH : RECORD_DEPTH - 2;
    if (!isWithin(member.valueStart, member.valueEnd, limit)) return false;
  }
  return true;
}

/** Fails where the value `[start, end)` would nest too deep as a record of its own. */
export function isShallowValue(start: usize, end: usize): bool {
  return deepest <= RECORD_DEPTH || isWithin(start, end, RECORD_DEPTH);
}
