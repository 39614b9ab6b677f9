// What the options say, as the filters read it. `file.ts` fills it once, at start-up; all zero is what holds without a
// file.

export const enum Only {
  ALL,
  CHANGED,
  FAILED,
  NOTABLE,
}

export const enum Diffs {
  KEEP,
  DROP,
  HASH,
}

/** The groups of rules that mask (docs/redaction.md), in the order of `RULES` in `defaults.ts`. */
export const enum Rule {
  MEMBERS,
  PAIRS,
  ASSIGNMENTS,
  KEYS,
  OPTIONS,
  BLANKS,
  PROGRAMS,
  SQL,
  TOKENS,
  HASHES,
  WEBHOOKS,
  XML,
  URLS,
  SCHEMES,
  PEM,
  LINES,
  FILES,
}

/** Lists are addresses of `List`s, 0 where there is none. */
@unmanaged
export class Settings {
  /** Something is set that records are not simply copied for: `records.ts` makes them. */
  shapes: bool;
  only: Only;
  functionsInclude: usize;
  functionsExclude: usize;
  statesExclude: usize;
  returnsAll: bool;
  returnsIgnore: usize;
  passesOthers: bool;
  summary: bool;
  /** Names of the event's members to copy: they have no character that JSON escapes. */
  jobMembers: usize;
  /** `add`: such names, and values as JSON; as many of each. */
  addNames: usize;
  addValues: usize;
  changesText: bool;
  argsText: bool;
  id: bool;
  trace: bool;
  /** The row of `addValues` that says the master's name; 0 where none does. */
  masterRow: usize;
  /** Anything is masked at all. */
  redacts: bool;
  redactStrings: bool;
  diffs: Diffs;
  /** Globs in lower case with `-` as `_`: the built-in names, those of `members`, those of `keep`. */
  redactNames: usize;
  memberNames: usize;
  keepNames: usize;
  /** Globs of files whose diffs are dropped. */
  redactFiles: usize;
  /** Programs and their options: `program option`. */
  redactPrograms: usize;
  /** One bit for each `Rule` that is switched off. */
  rulesOff: u32;
  /** 0: no limit. */
  memberBytes: u32;
  recordBytes: u32;
  /** The last: alone it shapes nothing where no state failed. */
  causes: bool;
}

/** An unmanaged view of static memory. */
export const settings = changetype<Settings>(memory.data(offsetof<Settings>(), 8));

/** Whether a group of rules is switched on. */
export function isOn(rule: Rule): bool {
  return !(settings.rulesOff & (1 << (<u32>rule)));
}

/** Whether any setting that shapes records is not as it is without a file. */
export function isAnythingSet(): bool {
  const at = changetype<usize>(settings); // its address
  for (let i: usize = 0; i < offsetof<Settings>("causes"); i++) if (load<u8>(at + i)) return true;
  return false;
}

/** Spans of text that stay for ever. */
@unmanaged
export class List {
  count: usize;
  /** Rows of two addresses each, half-open. */
  rows: usize;
}

// @ts-ignore: decorator
@inline
export function listCount(list: usize): usize {
  return list ? changetype<List>(list).count : 0; // an unmanaged view
}

// @ts-ignore: decorator
@inline
export function rowStart(list: usize, index: usize): usize {
  return load<usize>(changetype<List>(list).rows + (index << 3)); // an unmanaged view
}

// @ts-ignore: decorator
@inline
export function rowEnd(list: usize, index: usize): usize {
  return load<usize>(changetype<List>(list).rows + (index << 3), 4); // an unmanaged view
}

/** A list of the texts as UTF-8, for ever; 0 for none. Allocates: for start-up only. */
export function newList(texts: string[]): usize {
  if (!texts.length) return 0;
  const list = changetype<List>(heap.alloc(offsetof<List>())); // an unmanaged view
  list.count = texts.length;
  list.rows = heap.alloc((<usize>texts.length) << 3);
  for (let i = 0; i < texts.length; i++) {
    const bytes = String.UTF8.encode(texts[i]);
    // With 16 bytes behind it, for word loads.
    const copy = heap.alloc(bytes.byteLength + 16);
    memory.copy(copy, changetype<usize>(bytes), bytes.byteLength); // a buffer's address is its first byte
    memory.fill(copy + bytes.byteLength, 0, 16);
    store<usize>(list.rows + ((<usize>i) << 3), copy);
    store<usize>(list.rows + ((<usize>i) << 3), copy + bytes.byteLength, 4);
  }
  return changetype<usize>(list); // an unmanaged view
}
