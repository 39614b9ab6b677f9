// What is around a value that is walked through: the members and the state that hold it, and what stands beside it.
import { isAscii } from "../json/string";
import { spanOf } from "../bytes/span";
import { isLiteral, matchesAny } from "../options/glob";
import { Diffs, listCount, rowEnd, rowStart, settings } from "../options/settings";
import { contentEnd, contentStart, decode } from "./content";
import { beginText, isOneOf } from "./cursor";

/** The key of the state whose record is made, without quotes; 0 where it has none. */
let keyStart: usize = 0;
let keyEnd: usize = 0;

/** What is written from here on is of the state with this key; of none where it is 0. */
export function redactState(start: usize, end: usize): void {
  keyStart = start;
  keyEnd = end;
}

/** `_|-` in memory, its first three bytes. */
const SEPARATOR: u32 = 0x2d7c5f;

export function isSeparatorAt(p: usize): bool {
  return (load<u32>(p) & 0xffffff) == SEPARATOR;
}

/** Modules whose `changes` are named after packages and services. */
const PACKAGERS = " pkg pip npm gem service ";

/** Where the first part of a state's key ends; 0 where `[p, end)` is none. */
function toSeparator(p: usize, end: usize): usize {
  for (; p + 3 <= end; p++) if (isSeparatorAt(p)) return p;
  return 0;
}

function isPackager(key: usize, end: usize): bool {
  const partEnd = toSeparator(key, end);
  if (!partEnd) return false;
  beginText(key, end);
  return isOneOf(key, partEnd, PACKAGERS);
}

/** For the last two bytes of a name whether a glob of `redact.files` may take it: most end here. */
const ends: usize = memory.data(256);

// @ts-ignore: decorator
@inline
function endOf(end: usize): usize {
  return ends + ((<usize>load<u8>(end - 1) * 31 + load<u8>(end - 2)) & 255);
}

/** Works out how names of files may end. For start-up only. */
export function beginFiles(): void {
  for (let i: usize = 0; i < listCount(settings.redactFiles); i++) {
    const end = rowEnd(settings.redactFiles, i);
    const isPlain = end - rowStart(settings.redactFiles, i) > 1 && isLiteral(end - 1) && isLiteral(end - 2);
    if (isPlain) store<u8>(endOf(end), 1);
    else memory.fill(ends, 1, 256);
  }
}

/**
 * Whether the name of a file says that it holds secrets; `[p, end)` is the content of a JSON string. Work area: from
 * `free` on.
 */
function isSecretFile(p: usize, end: usize, free: usize): bool {
  if (p >= end || !decode(p, end, free, false)) return false;
  if (contentEnd - contentStart > 1 && !load<u8>(endOf(contentEnd))) return false;
  return matchesAny(settings.redactFiles, spanOf(contentStart, contentEnd));
}

/** The third part of a state's key: between its second separator and its last. */
function isSecretKey(p: usize, end: usize, free: usize): bool {
  let count = 0;
  let start: usize = 0;
  let last: usize = 0;
  for (; p + 3 <= end; p++) {
    if (!isSeparatorAt(p)) continue;
    if (++count == 2) start = p + 3;
    last = p;
  }
  return count > 2 && isSecretFile(start, last, free);
}

/** Levels of nesting that are kept track of; what lies deeper has no pairs. */
const LEVELS: usize = 520;
/** For each level: the name of the member that holds it. */
const names: usize = memory.data((<i32>LEVELS) << 3, 8);
/** For each level: what comes there is the value of a name that stands beside it. */
const pairs: usize = memory.data(<i32>LEVELS, 8);
let level: usize = 0;

/** Begins a level that the name holds; where it has none, what holds the list that it is in. */
export function openLevel(nameStart: usize, nameEnd: usize): void {
  if (!nameStart) {
    nameStart = load<usize>(names + (level << 3));
    nameEnd = load<usize>(names + (level << 3), 4);
  }
  if (level + 1 < LEVELS) level++;
  store<u8>(pairs + level, 0);
  store<usize>(names + (level << 3), nameStart);
  store<usize>(names + (level << 3), nameEnd, 4);
}

/** Ends it. */
export function closeLevel(): void {
  if (level) level--;
}

/** What a string whose value stands beside it says of that: `PAIRED`, and `POLICY` where its name is one. */
export const PAIRED: u8 = 1;
export const POLICY: u8 = 2;

/** What the strings beside say of a member `value` that comes; 0: nothing. */
export function pairing(): u8 {
  return load<u8>(pairs + level);
}

export function addPairing(named: u8): void {
  store<u8>(pairs + level, pairing() | named);
}

/** Whether the value that is walked through is a state's `changes`. */
let isChanges: bool = false;

/** Begins a value, or a state's own members, with nothing around it. `inChanges`: it is a state's `changes`. */
export function beginAround(inChanges: bool): void {
  isChanges = inChanges;
  level = 0;
  store<u8>(pairs, 0);
  store<u64>(names, 0);
}

/** The key of the state that `findState` found. */
let stateStart: usize = 0;
let stateEnd: usize = 0;

/** Finds the innermost state around what is looked at; returns whether that lies in its `changes`. */
function findState(): bool {
  let isWithin = false;
  for (let at = level; at; at--) {
    stateStart = load<usize>(names + (at << 3));
    stateEnd = load<usize>(names + (at << 3), 4);
    if (toSeparator(stateStart, stateEnd)) return isWithin;
    if (isAscii(stateStart, stateEnd, "changes")) isWithin = true;
  }
  stateStart = keyStart;
  stateEnd = keyEnd;
  return isWithin || isChanges;
}

/** Whether what is looked at has the names of packages and services. */
export function isOfPackages(): bool {
  return findState() && isPackager(stateStart, stateEnd);
}

/** Whether the string `diff` of a member is to be dropped or hashed. Work area: from `free` on. */
export function isHidden(free: usize): bool {
  if (settings.diffs != Diffs.KEEP) return true;
  if (!settings.redactFiles) return false;
  const holder = names + (level << 3);
  if (isSecretFile(load<usize>(holder), load<usize>(holder, 4), free)) return true;
  findState();
  return isSecretKey(stateStart, stateEnd, free);
}
