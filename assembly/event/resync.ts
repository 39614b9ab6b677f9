// Where reading goes on behind a text that stops being JSON: Salt writes the start of a line, fails on a value that it
// cannot write, and the next event stands behind. It is the first `{"data":` or `{"tag":` from which a whole event
// parses, and which has no comma and no closing bracket behind it: what has one lies in what is broken, and a minion
// that returns such an object does not speak for another.
//
// In linear time: of the objects in front of the error only one that closes right there can be it, and what was looked
// at is not looked at again.
import { ErrorCode, clearError, errorAt, errorCode } from "../error";
import { arenaTop, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, isSpace } from "../bytes/chars";
import { memberAt, readMemberName } from "../json/object";
import { DEPTH_LIMIT, skipAround } from "../json/scan";
import { inputEnd, isSpanAscii, scanString } from "../json/string";
import { tableCount, tableStart, walkMembers } from "../salt/walk";

/** `{"data":` and `{"tag":` as the little-endian words that stand in memory. */
const DATA_MARK: u64 = 0x3a2261746164227b;
const TAG_MARK: u64 = 0x3a22676174227b;
const BYTES_7: u64 = 0xffffffffffffff;

/** Where the open containers begin, one address a level. */
const opened: usize = memory.data((<i32>DEPTH_LIMIT + 1) << 2, 4);

function isMark(p: usize): bool {
  const word = load<u64>(p);
  return word == DATA_MARK || (word & BYTES_7) == TAG_MARK;
}

/**
 * Where the object begins that closes right before `end`, at most white space between; 0 where none does. `p`: outside
 * of strings.
 */
function closedBefore(p: usize, end: usize): usize {
  let depth: u32 = 0;
  let last: usize = 0;
  while (p < end) {
    const c = load<u8>(p);
    if (isSpace(c)) {
      p++;
      continue;
    }
    last = 0;
    if (c == QUOTE) {
      p = scanString(p + 1);
      if (!p) return 0;
    } else if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      if (depth > DEPTH_LIMIT) return 0;
      store<u32>(opened + (depth++ << 2), <u32>p);
    } else if (c == CLOSE_BRACE || c == CLOSE_BRACKET) {
      if (!depth) return 0;
      depth--;
      if (c == CLOSE_BRACE) last = load<u32>(opened + (depth << 2));
    }
    p++;
  }
  return p == end ? last : 0;
}

/** Where the object at `p` ends, and whether it is an event that nothing goes on behind; 0 where it does not parse. */
let isEvent: bool = false;
function readObject(p: usize): usize {
  const keep = arenaTop();
  isEvent = false;
  clearError();
  const end = walkMembers(p, 1, false);
  if (!end) return 0;
  let data: usize = 0;
  let tag: usize = 0;
  for (let i: usize = 0; i < tableCount; i++) {
    const member = memberAt(tableStart, i);
    const name = readMemberName(member);
    if (isSpanAscii(name, "data")) data = member.valueStart;
    else if (isSpanAscii(name, "tag")) tag = member.valueStart;
  }
  takeTo(keep);
  const next = load<u8>(skipAround(end));
  isEvent =
    data != 0 &&
    tag != 0 &&
    load<u8>(data) == OPEN_BRACE &&
    load<u8>(tag) == QUOTE &&
    next != COMMA &&
    next != CLOSE_BRACKET &&
    next != CLOSE_BRACE;
  return end;
}

/**
 * The next event behind `start`, where what begins there stopped being JSON at `at`; 0 where there is none. `open`: an
 * address in it that lies outside of strings, from which on the text is as it came. Writes over the failure.
 */
export function nextEvent(start: usize, open: usize, at: usize): usize {
  while (true) {
    const closed = closedBefore(open, at);
    if (closed > start && isMark(closed)) {
      readObject(closed);
      if (isEvent) return closed;
    }
    // A string that was cut off may have swallowed the mark's first two bytes.
    let p = max(start + 1, at - 2);
    while (p < inputEnd && !isMark(p)) p++;
    if (p >= inputEnd) return 0;
    const end = readObject(p);
    if (isEvent) return p;
    if (!end && errorCode == ErrorCode.NO_MEMORY) return 0;
    start = p;
    at = end ? end + 2 : errorAt;
    open = end ? at : p;
  }
}
