// Strings of the Elastic Common Schema that stand nowhere in the input: put together before a record is made, as JSON strings, so that
// they are masked and cut like any other.
import { take } from "../../bytes/arena";
import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, POINT, QUOTE } from "../../bytes/chars";
import { Span, spanEnd, spanStart } from "../../bytes/span";
import { skipSpace } from "../../json/scan";
import { isAscii, readText, scanPlainString } from "../../json/string";
import { scanSeparator } from "../../salt/key";
import { Subject } from "../../record/current";

/** JSON strings, quotes included; start 0 where there is none. */
export let moduleStart: usize = 0;
export let moduleEnd: usize = 0;
export let functionStart: usize = 0;
export let functionEnd: usize = 0;
export let actionStart: usize = 0;
export let actionEnd: usize = 0;

/** `"[start, end)"` in the arena; 0 when memory runs out. */
function quote(start: usize, end: usize): usize {
  const at = take(end - start + 2);
  if (!at) return 0;
  store<u8>(at, QUOTE);
  memory.copy(at + 1, start, end - start);
  store<u8>(at + 1 + (end - start), QUOTE);
  return at;
}

/** What a state's module is about, beside configuration. */
export const enum Category {
  NONE,
  PACKAGE,
  FILE,
  IAM,
}
export let category: Category = Category.NONE;

function categoryOf(module: Span): Category {
  const start = spanStart(module);
  const end = spanEnd(module);
  if (isAscii(start, end, "pkg")) return Category.PACKAGE;
  if (isAscii(start, end, "file")) return Category.FILE;
  return isAscii(start, end, "user") || isAscii(start, end, "group") ? Category.IAM : Category.NONE;
}

/** The parts of the open state's key: module, function, `MODULE.FUNCTION`. False when memory runs out. */
export function readKey(subject: Subject): bool {
  const keyStart = subject.keyStart;
  const keyEnd = subject.keyEnd;
  const keyIsEscaped = subject.keyIsEscaped;
  category = Category.NONE;
  moduleStart = 0;
  functionStart = 0;
  actionStart = 0;
  if (!keyStart) return true;
  const first = scanSeparator(keyStart, keyEnd, keyIsEscaped);
  const moduleLast = spanStart(first);
  let last = first;
  for (let next = first; next; next = scanSeparator(spanEnd(last), keyEnd, keyIsEscaped)) last = next;
  const moduleLength = moduleLast - keyStart;
  const functionLength = keyEnd - spanEnd(last);
  moduleStart = quote(keyStart, moduleLast);
  moduleEnd = moduleStart + moduleLength + 2;
  functionStart = quote(spanEnd(last), keyEnd);
  functionEnd = functionStart + functionLength + 2;
  actionStart = take(moduleLength + functionLength + 3);
  if (!moduleStart || !functionStart || !actionStart) return false;
  const name = readText(moduleStart, moduleEnd);
  if (!name) return false;
  category = categoryOf(name);
  actionEnd = actionStart + moduleLength + functionLength + 3;
  memory.copy(actionStart, moduleStart, moduleLength + 1);
  store<u8>(actionStart + moduleLength + 1, POINT);
  memory.copy(actionStart + moduleLength + 2, functionStart + 1, functionLength + 1);
  return true;
}

/** `\n` in memory. */
const ESCAPED_LINE: u16 = 0x6e5c;

/** Where `joinStrings` left its JSON string; start 0 where the value is no list of strings. */
export let joinedStart: usize = 0;
export let joinedEnd: usize = 0;

/** The strings of the list `[start, end)` as one, with line feeds or commas between them. False when memory runs out. */
export function joinStrings(start: usize, end: usize, withLines: bool): bool {
  joinedStart = 0;
  if (!start || load<u8>(start) != OPEN_BRACKET) return true;
  const at = take(end - start + 8);
  if (!at) return false;
  let to = at;
  store<u8>(to++, QUOTE);
  let isFirst = true;
  let p = skipSpace(start + 1);
  while (load<u8>(p) != CLOSE_BRACKET) {
    if (load<u8>(p) != QUOTE) return true;
    if (!isFirst) {
      store<u16>(to, withLines ? ESCAPED_LINE : COMMA);
      to += withLines ? 2 : 1;
    }
    isFirst = false;
    const close = scanPlainString(p + 1);
    memory.copy(to, p + 1, close - p - 1);
    to += close - p - 1;
    p = skipSpace(close + 1);
    if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
  }
  store<u8>(to++, QUOTE);
  joinedStart = at;
  joinedEnd = to;
  return true;
}

/** The part's function as one string, for a record that is not a state's as well. False when memory runs out. */
export let funStart: usize = 0;
export let funEnd: usize = 0;
export function readFun(subject: Subject): bool {
  const part = subject.part;
  funStart = part.funStart;
  funEnd = part.funEnd;
  if (!funStart || load<u8>(funStart) == QUOTE) return true;
  if (!joinStrings(funStart, funEnd, false)) return false;
  funStart = joinedStart;
  funEnd = joinedEnd;
  return true;
}
