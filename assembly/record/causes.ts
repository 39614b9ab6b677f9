// Why a state failed that Salt did not run: its comment names the requisites that failed, these may name others, and at
// the end stand states that failed by themselves (docs/options.md). Found for all states of a return before its records
// are made; nothing is looked into where no state holds a `false`.
import { arenaTop, need, take, takeTo } from "../bytes/arena";
import { CLOSE_BRACKET, OPEN_BRACKET, POINT, QUOTE } from "../bytes/chars";
import { hashSeed, hashWord } from "../bytes/hash";
import { Span, spanEnd, spanStart } from "../bytes/span";
import { sameBytes } from "../bytes/words";
import { out } from "../json/emit";
import { putEncoded } from "../json/escape";
import { HAS_FALSE, IS_CAUSED, IS_DROPPED, IS_NESTED, IS_STATE, Member, memberAt } from "../json/object";
import { beginPutting, isFull, putByte, putComma } from "../json/put";
import { FALS_WORD, falses } from "../json/scan";
import { decodeName, inputEnd, inputStart, startsWith } from "../json/string";
import { settings } from "../options/settings";
import { Own } from "../salt/own";
import { Outcome, State, hasChanges, ownEnd, ownStart } from "../salt/state";
import { isSearching, putRedacted, search } from "../redact/value";
import { Part, partAt } from "../job/part";
import { Subject, lookIntoStateOf, setState } from "./current";
import { openMember } from "./limits";
import { DONE, Node, link, newNode, nodeAt, reach, setReached } from "./reach";
import { closeWithinShare, setOwnBytes } from "./shares";

/** How Salt's comment begins, from 2014.7 to 3008 (`salt/state.py`); behind it, joined with `, `: SLS.ID of each. */
const PREFIX = "One or more requisite failed: ";

/** `, ` in memory. An SLS and an id may hold it; a name with more than `MOST_COMMAS` is not looked for. */
const BETWEEN: u16 = 0x202c;
const MOST_COMMAS: u32 = 15;

/** How many slots there are at most, 4 MiB. */
const MOST_SLOTS: usize = 1 << 20;
/** How far a slot is looked for: names chosen to collide are not found. */
const MOST_PROBES: usize = 64;

/** Nodes lie behind this address, rows of states before it. */
let nodes: usize = 0;
/** Names and texts by their hash: addresses of nodes. Three of four slots are empty, and what lies before the first. */
let slots: usize = 0;
let mask: usize = 0;
/** At least the most `, ` in a name. */
let mostCommas: u32 = 0;
/** What the states that Salt did not run stand behind (`item`), and the last of them. */
const head: usize = memory.data(offsetof<Node>(), 4);
let last: usize = 0;

// @ts-ignore: decorator
@inline
function addByte(hash: u64, p: usize): u64 {
  return hashWord(hash, load<u8>(p));
}

/** The slot of a name, or of a text that names nothing: its own, or an empty one. */
function slotOf(hash: u64, start: usize, end: usize, scope: usize, isName: bool): usize {
  let slot = <usize>hash;
  for (let probes: usize = 0; probes < MOST_PROBES; probes++, slot++) {
    const at = slots + ((slot & mask) << 2);
    const node = nodeAt(<usize>load<u32>(at));
    if (!changetype<usize>(node)) return at;
    if (node.scope == scope && (node.edge != 0) == isName && sameBytes(start, end, node.start, node.end)) return at;
  }
  store<u32>(slots - 4, 0); // none in reach: one that holds nothing for long
  return slots - 4;
}

/** The node of a name or a text, a new one where there is none yet; null when memory runs out. */
function nodeOf(start: usize, end: usize, scope: usize, isName: bool): Node | null {
  let hash = hashSeed;
  let commas: u32 = 0;
  for (let p = start; p < end; p++) {
    if (load<u16>(p) == BETWEEN) commas++;
    hash = addByte(hash, p);
  }
  if (isName) mostCommas |= min(commas, MOST_COMMAS);
  const slot = slotOf(hash, start, end, scope, isName);
  if (load<u32>(slot)) return nodeAt(<usize>load<u32>(slot));
  const node = newNode();
  if (!node) return null;
  node.start = start;
  node.end = end;
  node.scope = scope;
  store<u32>(slot, <u32>changetype<usize>(node)); // its address
  return node;
}

/**
 * Whether Salt did not run the open state, which failed, because of others: then its node has what the comment says.
 */
function isCaused(state: State, node: Node): bool {
  const comment = ownStart(state, Own.COMMENT);
  const ran = ownStart(state, Own.STATE_RAN);
  if (!comment || load<u8>(comment) != QUOTE || hasChanges(state)) return false;
  if (ran && load<u32>(ran) != FALS_WORD) return false;
  node.start = arenaTop();
  const end = ownEnd(state, Own.COMMENT);
  if (!need(node.start, 3 * (end - comment))) return false; // which will be seen
  node.end = decodeName(comment + 1, end - 1, node.start);
  if (!startsWith(node.start, node.end, PREFIX)) return false;
  node.start += PREFIX.length;
  takeTo(node.end);
  return true;
}

/** Takes a state in that failed. False when memory runs out. */
function addFailed(subject: Subject, row: Member): bool {
  const state = subject.state;
  const node = newNode();
  if (!node) return false;
  const at = changetype<usize>(node); // its address
  const scope = row.flags & IS_NESTED ? changetype<usize>(row.parent) : changetype<usize>(subject.part); // its address
  if (isCaused(state, node)) {
    row.flags |= IS_CAUSED;
    row.causes = at;
    node.scope = scope;
    nodeAt(last).item = at;
    last = at;
  } else setReached(node, changetype<usize>(row)); // its address
  const sls = ownStart(state, Own.SLS);
  if (!sls || load<u8>(sls) != QUOTE) return true;
  const slsEnd = ownEnd(state, Own.SLS);
  const start = arenaTop();
  if (!need(start, 3 * (slsEnd - sls + subject.idEnd - subject.idStart))) return false;
  let end = decodeName(sls + 1, slsEnd - 1, start);
  store<u8>(end++, POINT);
  end = decodeName(subject.idStart + 1, subject.idEnd - 1, end);
  takeTo(end);
  const name = nodeOf(start, end, scope, true);
  return name != null && link(name, node);
}

/** Lets a state lead to a text that names no other. False when memory runs out. */
function addText(node: Node, start: usize, end: usize): bool {
  const at = arenaTop();
  beginPutting(at);
  putByte(QUOTE);
  putEncoded(start, end);
  putByte(QUOTE);
  if (isFull) return false;
  takeTo(out + 8);
  const text = nodeOf(at + 1, out - 1, node.scope, false);
  if (!text) return false;
  setReached(text, changetype<usize>(text)); // its address
  return link(node, text);
}

/**
 * Finds the names in what a state's comment says. Of those that begin at one place the longest holds. False when memory
 * runs out.
 */
function readNames(node: Node): bool {
  const end = node.end;
  let gap = node.start; // where what names nothing begins
  for (let p = gap; p < end;) {
    let hash = hashSeed;
    let commas: u32 = 0;
    let next: usize = 0;
    let name: usize = 0;
    for (let q = p; ; hash = addByte(hash, q++)) {
      if (q < end && (q + 1 == end || load<u16>(q) != BETWEEN)) continue;
      const slot = slotOf(hash, p, q, node.scope, true);
      if (load<u32>(slot)) {
        name = <usize>load<u32>(slot);
        next = q;
      } else if (!commas) next = q;
      if (q == end || commas++ == mostCommas) break;
    }
    if (name) {
      if (gap < p && !addText(node, gap, p - 2)) return false;
      if (!link(node, nodeAt(name))) return false;
      gap = next + 2;
    }
    p = next + 2;
  }
  return gap >= end || addText(node, gap, end);
}

/** Takes in what failed of a part. False when memory runs out. */
function addPart(subject: Subject, part: Part): bool {
  subject.part = part;
  for (let i: usize = 0; i < part.count; i++) {
    const row = memberAt(part.table, i);
    if ((row.flags & (HAS_FALSE | IS_DROPPED | IS_STATE)) != (HAS_FALSE | IS_STATE)) continue;
    const keep = arenaTop();
    setState(subject, row);
    if (!lookIntoStateOf(subject)) return false;
    if (subject.outcome != Outcome.FAILED) takeTo(keep);
    else if (!addFailed(subject, row)) return false;
  }
  return true;
}

/** Finds the causes of all states of the job, where the options ask for them. False when memory runs out. */
export function findCauses(subject: Subject): bool {
  setOwnBytes(0);
  if (!settings.causes || !falses) return true;
  nodes = arenaTop();
  mask = 4;
  while (mask < falses << 2 && mask < MOST_SLOTS) mask <<= 1;
  slots = take((mask << 2) + 4);
  if (!slots) return false;
  memory.fill(slots, 0, (mask << 2) + 4);
  slots += 4;
  mask--;
  mostCommas = 0;
  last = head;
  nodeAt(last).item = 0;
  const job = subject.job;
  for (let i: usize = 0; i < job.count; i++) if (!addPart(subject, partAt(job, i))) return false;
  for (let at = nodeAt(head).item; at; at = nodeAt(at).item) {
    setOwnBytes(inputEnd - inputStart); // a record names no more than there is
    if (!readNames(nodeAt(at))) return false;
  }
  for (let at = nodeAt(head).item; at; at = nodeAt(at).item) if (!reach(nodeAt(at))) return false;
  return true;
}

/** Writes the states or the texts that begin a list, those below `limit`, as a member. Returns where they end. */
function putReached(name: string, at: usize, limit: u32): usize {
  openMember(name);
  putByte(OPEN_BRACKET);
  for (; load<u32>(at) < limit; at += 4) {
    const item = nodeAt(<usize>load<u32>(at)); // or a row of a state, whose key lies there
    putComma();
    putRedacted(item.start - 1, item.end + 1, false);
  }
  putByte(CLOSE_BRACKET);
  closeWithinShare();
  return at;
}

/** Writes what caused the state, where others did. Texts stand behind states. */
export function putCauses(subject: Subject): void {
  if (!subject.causes) return;
  const isSearched = isSearching;
  search(settings.redacts); // they are names of other states
  const at = putReached("caused_by", nodeAt(subject.causes).list, <u32>nodes);
  if (load<u32>(at) != DONE) putReached("caused_by_text", at, DONE);
  search(isSearched);
}
