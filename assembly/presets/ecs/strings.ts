// Strings of the Elastic Common Schema that stand nowhere in the input: put together before a record is made, as JSON
// strings, so that they are masked and cut like any other.
import { take } from "../../bytes/arena";
import { CLOSE_BRACKET, COMMA, LOWER_P, OPEN_BRACKET, POINT, QUOTE } from "../../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../../bytes/span";
import { skipSpace } from "../../json/scan";
import { readText, scanString } from "../../json/string";
import { scanSeparator } from "../../salt/key";
import { Subject } from "../../record/current";

/** `"[start, end)"` in the arena; 0 when memory runs out. */
function quote(start: usize, end: usize): Span {
  const at = take(end - start + 2);
  if (!at) return 0;
  store<u8>(at, QUOTE);
  memory.copy(at + 1, start, end - start);
  store<u8>(at + 1 + (end - start), QUOTE);
  return spanOf(at, at + (end - start) + 2);
}

/** What a state's module is about, beside configuration. */
export const enum Category {
  NONE,
  PACKAGE,
  FILE,
  IAM,
}

/** The strings of a record: JSON strings, quotes included; 0 where there is none. */
@unmanaged
export class Strings {
  /** Of the open state's key: module, function, `MODULE.FUNCTION`. */
  module: Span;
  stateFunction: Span;
  action: Span;
  category: Category;
  /** The part's function, for a list its names with commas between them. */
  fun: Span;
  /** What a part without state results returned, where it is a list of strings. */
  joined: Span;
}

/** Room for them, for ever: for start-up only. */
export function newStrings(): Strings {
  return changetype<Strings>(heap.alloc(offsetof<Strings>())); // an unmanaged view
}

/** The category of the module `[start, end)`; four bytes are read. */
export function categoryOf(start: usize, end: usize): Category {
  const word = load<u32>(start);
  switch (<i32>(end - start)) {
    case 3:
      return (word & 0xffffff) == PKG ? Category.PACKAGE : Category.NONE;
    case 4:
      return word == FILE ? Category.FILE : word == USER ? Category.IAM : Category.NONE;
    case 5:
      return word == GROU && load<u8>(start, 4) == LOWER_P ? Category.IAM : Category.NONE;
  }
  return Category.NONE;
}
/** `pkg`, `file`, `user` and `grou` in memory. */
const PKG: u32 = 0x676b70;
const FILE: u32 = 0x656c6966;
const USER: u32 = 0x72657375;
const GROU: u32 = 0x756f7267;

/** Reads the open state's key. False when memory runs out. */
export function readKey(strings: Strings, subject: Subject): bool {
  const keyStart = subject.keyStart;
  const keyEnd = subject.keyEnd;
  const keyIsEscaped = subject.keyIsEscaped;
  strings.category = Category.NONE;
  strings.module = 0;
  strings.stateFunction = 0;
  strings.action = 0;
  if (!keyStart) return true;
  const first = scanSeparator(keyStart, keyEnd, keyIsEscaped);
  let last = first;
  for (let next = first; next; next = scanSeparator(spanEnd(last), keyEnd, keyIsEscaped)) last = next;
  const moduleLength = spanStart(first) - keyStart;
  const functionLength = keyEnd - spanEnd(last);
  const module = quote(keyStart, spanStart(first));
  const action = take(moduleLength + functionLength + 3);
  strings.module = module;
  strings.stateFunction = quote(spanEnd(last), keyEnd);
  if (!module || !action || !strings.stateFunction) return false;
  const name = readText(spanStart(module), spanEnd(module));
  if (!name) return false;
  strings.category = categoryOf(spanStart(name), spanEnd(name));
  strings.action = spanOf(action, action + moduleLength + functionLength + 3);
  memory.copy(action, spanStart(module), moduleLength + 1);
  store<u8>(action + moduleLength + 1, POINT);
  memory.copy(action + moduleLength + 2, spanStart(strings.stateFunction) + 1, functionLength + 1);
  return true;
}

/** `\n` in memory. */
const ESCAPED_LINE: u16 = 0x6e5c;

/** What `joinStrings` returns when memory runs out. */
const NO_ROOM: Span = ~0;

/**
 * The strings of the list `[start, end)` as one, with line feeds or commas between them; 0 for what is no such list.
 */
function joinStrings(start: usize, end: usize, withLines: bool): Span {
  if (!start || load<u8>(start) != OPEN_BRACKET) return 0;
  const at = take(end - start + 8);
  if (!at) return NO_ROOM;
  let to = at;
  store<u8>(to++, QUOTE);
  let isFirst = true;
  let p = skipSpace(start + 1);
  while (load<u8>(p) != CLOSE_BRACKET) {
    if (load<u8>(p) != QUOTE) return 0;
    if (!isFirst) {
      store<u16>(to, withLines ? ESCAPED_LINE : COMMA);
      to += withLines ? 2 : 1;
    }
    isFirst = false;
    const close = scanString(p + 1);
    memory.copy(to, p + 1, close - p - 1);
    to += close - p - 1;
    p = skipSpace(close + 1);
    if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
  }
  store<u8>(to++, QUOTE);
  return spanOf(at, to);
}

/** Reads the part's function, for a record that is not a state's as well. False when memory runs out. */
export function readFun(strings: Strings, subject: Subject): bool {
  const part = subject.part;
  const start = part.funStart;
  const isList = start && load<u8>(start) != QUOTE;
  strings.fun = isList ? joinStrings(start, part.funEnd, false) : spanOf(start, part.funEnd);
  return strings.fun != NO_ROOM;
}

/** Reads what the part returned. False when memory runs out. */
export function readReturned(strings: Strings, subject: Subject): bool {
  strings.joined = joinStrings(subject.part.valueStart, subject.part.valueEnd, true);
  return strings.joined != NO_ROOM;
}
