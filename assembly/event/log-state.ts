// A state in the text of `log` or `message`, decoded and checked in one go. Decoding and scanning one after the other
// stop at each escaped quote twice; here a name and its quotes are one comparison, and a string costs one stop.
//
// Only what ordinary states are made of is understood. Everything else ends it where it stands, with all before it
// decoded: the text is then decoded on escape by escape, and the state is walked like any other.
import { clearError } from "../error";
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_B,
  LOWER_F,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  LOWER_U,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SLASH,
  SPACE,
  hexValue,
} from "../bytes/chars";
import { spanEnd, spanStart } from "../bytes/span";
import { utf8Length } from "../bytes/utf8";
import { firstLane, stringMarks } from "../bytes/words";
import { HAS_FALSE, IS_SUSPECT } from "../json/object";
import { falses, scanAnyScalar, scanScalar } from "../json/scan";
import { TRIMMED_START, decodeEscape, isEscapedCapital, noteTrimmed } from "../json/string";
import { ID_KEY_WORD, RECORD_BUCKETS, bucketOfNew } from "../salt/known";
import { NOTE_DEPTH, keepNote, keepsOwn, newNote } from "../salt/notes";
import { ownOf } from "../salt/own";

/** `\"` in memory. */
const ESCAPED_QUOTE: u16 = 0x225c;
/** `, ` in memory. */
const COMMA_SPACE: u16 = 0x202c;

/**
 * Names of members seen before: from the escaped quote before the name to the value, 8 to 24 bytes of source, and what
 * they decode to. Found by their first eight bytes. 64 entries of 64 bytes. Words that overlap compare all of a name.
 */
const KNOWN_BYTES: usize = 64;
const KNOWN_MASK: usize = 63 * KNOWN_BYTES; // offsets of the 64 entries
const KNOWN_MULTIPLIER: u64 = 0xc9546b439f9d0129; // keeps the names that Salt's states have apart
const knownNames: usize = memory.data(64 * <i32>KNOWN_BYTES, 8);
const KNOWN_FIRST: usize = 0; // the first eight bytes of source; no input equals an empty entry's 0
const KNOWN_LAST: usize = 8; // the last eight
const KNOWN_MIDDLE: usize = 16; // those behind the first eight, where there are more than 16
const KNOWN_TEXT: usize = 24; // three words
const KNOWN_BUCKET: usize = 48; // `bucketOf` the name
const KNOWN_REST: usize = 56; // bytes of source before the last eight
const KNOWN_TEXT_LENGTH: usize = 60; // bytes of text
const KNOWN_OWN: usize = 61; // offset of its row among a state's known members
const KNOWN_LIMIT: usize = 24;

// @ts-ignore: decorator
@inline
function knownName(first: u64): usize {
  return knownNames + ((<usize>((first * KNOWN_MULTIPLIER) >> 52)) & KNOWN_MASK);
}

/** Puts the name at `p`, an escaped quote, in its entry. False where it is no plain name, or too short or long. */
function learnName(entry: usize, p: usize): bool {
  if (load<u16>(p) != ESCAPED_QUOTE) return false;
  let end = p + 2;
  while (load<u8>(end) != BACKSLASH) {
    const c = load<u8>(end++);
    if (c < SPACE || c == QUOTE || c >= 0x80 || end - p > KNOWN_LIMIT) return false;
  }
  const nameLength = end - p - 2;
  if (load<u16>(end) != ESCAPED_QUOTE || load<u8>(end, 2) != COLON) return false;
  end += load<u8>(end, 3) == SPACE ? 4 : 3;
  if (end - p < 8 || end - p > KNOWN_LIMIT) return false;
  let text = entry + KNOWN_TEXT;
  for (let at = p; at < end; at++) {
    const c = load<u8>(at);
    if (c != BACKSLASH) store<u8>(text++, c);
  }
  const name = entry + KNOWN_TEXT + 1;
  store<u64>(entry, load<u64>(p), KNOWN_FIRST);
  store<u64>(entry, load<u64>(end - 8), KNOWN_LAST);
  store<u64>(entry, load<u64>(p, 8), KNOWN_MIDDLE);
  store<u64>(entry, nameLength < 4 ? ~(<u64>0) : bucketOfNew(name, name + nameLength), KNOWN_BUCKET);
  store<u32>(entry, <u32>(end - p - 8), KNOWN_REST);
  store<u8>(entry, <u8>(text - entry - KNOWN_TEXT), KNOWN_TEXT_LENGTH);
  store<u8>(entry, <u8>((<u32>ownOf(name, name + nameLength)) << 3), KNOWN_OWN);
  return true;
}

/**
 * The text's cursor, and whether the state has been understood so far. The source's cursor is what functions return.
 */
let out: usize = 0;
let isUnderstood: bool = false;

/** Where `decodeState` stopped writing. */
export function stateTextEnd(): usize {
  return out;
}

function stop(p: usize): usize {
  isUnderstood = false;
  return p;
}

/** An escape of the text, or a byte that is not ASCII, inside a string of the state. */
function decodeInString(p: usize): usize {
  const c = load<u8>(p);
  if (c >= 0x80) {
    const length = utf8Length(p);
    if (!length) return stop(p);
    for (let end = p + length; p < end; p++) store<u8>(out++, load<u8>(p));
    return p;
  }
  if (c != BACKSLASH) return stop(p);
  const escaped = load<u8>(p, 1);
  if (escaped == LOWER_U) {
    const decoded = decodeEscape(p, out, false);
    if (!decoded) {
      clearError();
      return stop(p);
    }
    if (load<u8>(out) < 0x80) return stop(p); // it may spell a quote
    out = spanStart(decoded);
    return spanEnd(decoded);
  }
  if (escaped == SLASH) {
    store<u8>(out++, SLASH);
    return p + 2;
  }
  if (escaped != BACKSLASH) return stop(p);
  // A backslash in the text: an escape of the state's own string.
  const inner = load<u8>(p, 2);
  if (inner == BACKSLASH) {
    const second = load<u8>(p, 3);
    if (second != QUOTE && second != BACKSLASH) return stop(p);
    store<u8>(out, BACKSLASH);
    store<u8>(out, second, 1);
    out += 2;
    return p + 4;
  }
  let end = p + 3;
  if (inner == LOWER_U) {
    for (; end < p + 7; end++) if (hexValue(load<u8>(end)) > 15) return stop(p);
    if (isEscapedCapital(p + 3)) noteTrimmed();
  } else if (
    inner != LOWER_N &&
    inner != LOWER_T &&
    inner != LOWER_R &&
    inner != LOWER_B &&
    inner != LOWER_F &&
    inner != SLASH
  ) {
    return stop(p);
  }
  for (p++; p < end; p++) store<u8>(out++, load<u8>(p));
  return p;
}

/** A string of the state, from its escaped quote on, to `to`; its end is in `out`. */
// @ts-ignore: decorator
@inline
function decodeString(p: usize, to: usize): usize {
  store<u8>(to++, QUOTE);
  p += 2;
  if (load<u32>(p) == TRIMMED_START) noteTrimmed();
  while (true) {
    const w = load<u64>(p);
    const marks = stringMarks(w);
    store<u64>(to, w);
    if (!marks) {
      p += 8;
      to += 8;
      continue;
    }
    const run = firstLane(marks);
    p += run;
    to += run;
    if (load<u16>(p) == ESCAPED_QUOTE) {
      store<u8>(to, QUOTE);
      out = to + 1;
      return p + 2;
    }
    out = to;
    p = decodeInString(p);
    if (!isUnderstood) return p;
    to = out;
  }
}

/** Copies a scalar whose end was found to `to`. False, with `isUnderstood` cleared, where there was none. */
// @ts-ignore: decorator
@inline
function copyScalar(p: usize, end: usize, to: usize): bool {
  if (!end) {
    clearError();
    isUnderstood = false;
    return false;
  }
  if (end - p <= 8) store<u64>(to, load<u64>(p));
  else memory.copy(to, p, end - p);
  return true;
}

/** One byte a level: 1 where the level is an object. */
const isObjectAt: usize = memory.data(<i32>NOTE_DEPTH + 1);

/** An object or array inside the state, to `out`. */
function decodeContainer(p: usize): usize {
  let to = out; // the cursor, kept local in this loop
  let depth: u32 = 0;
  let inObject: u8 = 0;
  let isKey = false;
  while (true) {
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      if (load<u8>(p, 1) != QUOTE) break;
      p = decodeString(p, to);
      if (!isUnderstood) return p;
      to = out;
      if (isKey) {
        if (load<u8>(p) != COLON) break;
        store<u16>(to, load<u16>(p));
        const step: usize = load<u8>(p, 1) == SPACE ? 2 : 1;
        to += step;
        p += step;
        isKey = false;
        continue;
      }
    } else if (isKey) {
      break;
    } else if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      store<u8>(to++, c);
      p++;
      if (load<u8>(p) != c + 2) {
        if (++depth == NOTE_DEPTH) break;
        inObject = <u8>(c == OPEN_BRACE);
        store<u8>(isObjectAt + depth, inObject);
        isKey = inObject != 0;
        continue;
      }
      store<u8>(to++, c + 2);
      p++;
    } else {
      const end = scanAnyScalar(p);
      if (!copyScalar(p, end, to)) break;
      to += end - p;
      p = end;
    }
    let next = load<u8>(p);
    while (next == (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
      store<u8>(to++, next);
      p++;
      if (--depth == 0) {
        out = to;
        return p;
      }
      inObject = load<u8>(isObjectAt + depth);
      next = load<u8>(p);
    }
    if (next != COMMA) break;
    store<u16>(to, load<u16>(p));
    const step: usize = load<u8>(p, 1) == SPACE ? 2 : 1;
    to += step;
    p += step;
    isKey = inObject != 0;
  }
  out = to;
  return stop(p);
}

/**
 * Decodes the state whose opening brace stands at `p` to `to`, and notes it if all of it was understood. Returns the
 * address up to which the source is decoded; the text ends at `stateTextEnd()`. The rules of `decodeText` hold.
 */
export function decodeState(p: usize, to: usize): usize {
  const start = to;
  const note = newNote();
  const own: usize = keepsOwn && note ? note.own : 0;
  let seen: u64 = RECORD_BUCKETS;
  const before = falses;
  let flags: u32 = 0;
  let idStart: usize = 0;
  let idEnd: usize = 0;
  store<u8>(to++, OPEN_BRACE);
  p++;
  isUnderstood = true;
  while (true) {
    const first = load<u64>(p);
    const entry = knownName(first);
    const rest = <usize>load<u32>(entry, KNOWN_REST);
    const last = p + rest;
    if (
      (first ^ load<u64>(entry, KNOWN_FIRST)) | (load<u64>(last) ^ load<u64>(entry, KNOWN_LAST)) ||
      (rest > 8 && load<u64>(p, 8) != load<u64>(entry, KNOWN_MIDDLE))
    ) {
      if (!learnName(entry, p)) break;
      continue;
    }
    p = last + 8;
    const bucket = load<u64>(entry, KNOWN_BUCKET);
    if (seen & bucket) flags = IS_SUSPECT;
    seen |= bucket;
    const word = load<u64>(entry, KNOWN_TEXT);
    const textLength = <usize>load<u8>(entry, KNOWN_TEXT_LENGTH);
    store<u64>(to, word);
    store<u64>(to, load<u64>(entry, KNOWN_TEXT + 8), 8); // the source goes on 16 bytes behind this at least
    if (textLength > 16) store<u64>(to, load<u64>(entry, KNOWN_TEXT + 16), 16);
    to += textLength;
    const valueStart = to;
    if (load<u16>(p) == ESCAPED_QUOTE) {
      p = decodeString(p, to);
      if (!isUnderstood) return p;
      to = out;
      if (word == ID_KEY_WORD) {
        idStart = valueStart;
        idEnd = to;
      }
    } else if ((load<u8>(p) | 0x20) == OPEN_BRACE) {
      // Or an opening bracket, which has one bit less.
      if (load<u8>(p, 1) == load<u8>(p) + 2) {
        store<u16>(to, load<u16>(p));
        to += 2;
        p += 2;
      } else {
        out = to;
        p = decodeContainer(p);
        if (!isUnderstood) return p;
        to = out;
      }
    } else {
      const end = scanScalar(p);
      if (!copyScalar(p, end, to)) break;
      to += end - p;
      p = end;
    }
    if (own) {
      const row = own + <usize>load<u8>(entry, KNOWN_OWN);
      store<usize>(row, valueStart);
      store<usize>(row, to, 4);
    }
    if (load<u16>(p) == COMMA_SPACE) {
      store<u16>(to, COMMA_SPACE);
      to += 2;
      p += 2;
      continue;
    }
    const next = load<u8>(p);
    if (next != COMMA) {
      if (next != CLOSE_BRACE) break;
      store<u8>(to++, CLOSE_BRACE);
      p++;
      if (note) {
        note.start = start;
        note.end = to;
        note.idStart = idStart;
        note.idEnd = idEnd;
        note.flags = falses == before ? flags : flags | HAS_FALSE;
        keepNote();
      }
      break;
    }
    store<u8>(to++, COMMA);
    p++;
  }
  out = to;
  return p;
}
