// The options file: read, checked member by member, and put into `settings`. Start-up only: allocates at will.
//
// The syntax is checked by the scanner that checks events, so that a mistake has a line and a column; json-as then
// takes it apart, and everything in it is asked for by name: what nobody asked for is a mistake.
import { clearError, errorAt, errorCode, errorText } from "../error";
import { COMMA, MINUS, OPEN_BRACE, QUOTE, UNDERSCORE } from "../bytes/chars";
import { refuseNulls, scanColon, scanValue, skipSpace } from "../json/scan";
import { beginInput, sawBadUtf8, scanString } from "../json/string";
import {
  ADD_BYTES,
  ADD_NAMES,
  BOTH_NAMES,
  DEFAULT_IGNORE,
  DEFAULT_MASKED,
  JOB_MEMBERS,
  LIST_ENTRIES,
  NAME_BYTES,
  OWN_NAMES,
  RULES,
  SECRET_FILES,
  words,
} from "./defaults";
import { FILE_NAME, Members, listEntries, mistake, mistakes, shorten } from "./reader";
import { List, Rule, isAnythingSet, isOn, newList, settings } from "./settings";
import { stringOf } from "./text";
import { complain, readError, readErrorText, readFile } from "./wasi";

const FILE_LIMIT = 65536;

const PLAIN_NAMES = "expected a name of letters, digits, _, - and @";

/** Whether a name is made of letters, digits, `_`, `-` and `@`: stores take a point or a space in it amiss. */
function isPlainName(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c | 0x20) - 0x61;
    const isLetter = letter >= 0 && letter < 26;
    if (!isLetter && !(c >= 0x30 && c <= 0x39) && c != UNDERSCORE && c != MINUS && c != 0x40) return false;
  }
  return true;
}

/** The place of an address in the file, as editors count. */
function placeOf(start: usize, at: usize): string {
  let line = 1;
  let column = 1;
  for (let p = start; p < at; p++) {
    const c = load<u8>(p);
    if (c == 0x0a) {
      line++;
      column = 1;
    } else if ((c & 0xc0) != 0x80) column++;
  }
  return "line " + line.toString() + ", column " + column.toString();
}

/**
 * A member that stands twice in any object of the file: one of them would be kept without a word. The text is
 * known to be valid. Returns the address past the value at `p`.
 */
function findDoubles(start: usize, p: usize): usize {
  if (load<u8>(p) != OPEN_BRACE) return scanValue(p, 0);
  const names: string[] = [];
  p = skipSpace(p + 1);
  while (load<u8>(p) == QUOTE) {
    const keyEnd = scanString(p + 1) + 1;
    const name = stringOf(String.UTF8.decodeUnsafe(p, keyEnd - p));
    if (names.includes(name)) mistake(placeOf(start, p) + ": " + shorten(name) + " stands twice");
    names.push(name);
    p = skipSpace(findDoubles(start, scanColon(keyEnd)));
    if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
  }
  return p + 1;
}

/** Checks the file's syntax; its text without a byte order mark, or null. */
function readSyntax(content: ArrayBuffer): string | null {
  if (content.byteLength > FILE_LIMIT) {
    mistake("larger than 64 KiB");
    return null;
  }
  const length = content.byteLength;
  let start = heap.alloc(length + 32);
  memory.copy(start, changetype<usize>(content), length); // a buffer's address is its first byte
  memory.fill(start + length, 0, 32);
  const end = start + length;
  if (length >= 3 && (load<u32>(start) & 0xffffff) == 0xbfbbef) start += 3;
  clearError();
  beginInput(start, end);
  const p = skipSpace(start);
  refuseNulls(true);
  const valueEnd = scanValue(p, 0);
  refuseNulls(false);
  if (!valueEnd) {
    mistake(placeOf(start, errorAt) + ": " + errorText(errorCode));
    return null;
  }
  if (skipSpace(valueEnd) != end) {
    mistake(placeOf(start, skipSpace(valueEnd)) + ": unexpected text after the options");
    return null;
  }
  if (load<u8>(p) != OPEN_BRACE) {
    mistake("expected an object");
    return null;
  }
  if (sawBadUtf8) {
    mistake("is not UTF-8");
    return null;
  }
  findDoubles(start, p);
  return mistakes ? null : String.UTF8.decodeUnsafe(p, valueEnd - p);
}

/** The groups of rules that are switched off, one bit each. */
function readRules(redact: Members): u32 {
  const names = redact.strings("without", "names of rules");
  let off: u32 = 0;
  for (let i = 0; names !== null && i < names.length; i++) {
    const rule = RULES.indexOf(names[i]);
    if (rule >= 0) off |= 1 << rule;
    else mistake("redact.without[" + i.toString() + "]: expected one of " + RULES.join(", "));
  }
  return off;
}

/** Programs and their options. */
function readPrograms(redact: Members): string[] {
  const programs = redact.globs("names");
  for (let i = 0; i < programs.length; i++) {
    const entry = words(programs[i]);
    if (entry.length != 2 || !entry[0].length || entry[1].length < 2 || entry[1].charCodeAt(0) != MINUS)
      mistake("redact.names[" + i.toString() + "]: expected a program and its option, as in deploy --key");
  }
  return programs;
}

function readRedaction(file: Members): void {
  const text = file.take("redact");
  if (text === null || text == "false") return;
  settings.redacts = true;
  settings.redactStrings = true;
  let names = DEFAULT_MASKED;
  let files = SECRET_FILES;
  if (text != "true") {
    if (text.charCodeAt(0) != OPEN_BRACE) {
      file.wrong("redact", "true, false or an object");
      return;
    }
    const redact = new Members(text, "redact.");
    settings.memberNames = newList(fold(redact.globs("members")));
    settings.keepNames = newList(fold(redact.globs("keep")));
    if (!redact.flag("defaults", true)) names = [];
    settings.redactStrings = redact.flag("strings", true);
    settings.diffs = redact.word("diffs", ["keep", "drop", "hash"]);
    files = redact.globs("files").concat(files);
    settings.redactPrograms = newList(readPrograms(redact));
    settings.rulesOff = readRules(redact);
    redact.close();
  }
  settings.redactNames = newList(names);
  if (isOn(Rule.FILES)) settings.redactFiles = newList(files);
}

/** Globs on names as they are compared: ASCII in lower case, `-` as `_`. */
function fold(globs: string[]): string[] {
  for (let i = 0; i < globs.length; i++) {
    let folded = "";
    for (let at = 0; at < globs[i].length; at++) {
      const c = globs[i].charCodeAt(at);
      folded += String.fromCharCode(c >= 0x41 && c <= 0x5a ? c + 0x20 : c == MINUS ? UNDERSCORE : c);
    }
    globs[i] = folded;
  }
  return globs;
}

function readAdded(file: Members, jobMembers: string[]): void {
  const add = file.object("add", "an object of constants");
  if (!add) return;
  const names = add.names;
  const values: string[] = [];
  let size = 0;
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const value = add.take(name)!;
    const c = value.charCodeAt(0);
    if (!name.length) mistake("add: a name is empty");
    else if (!isPlainName(name)) mistake("add." + shorten(name) + ": " + PLAIN_NAMES);
    else if (ADD_NAMES.includes(name) || BOTH_NAMES.includes(name) || OWN_NAMES.includes(name)) {
      mistake("add." + name + ": records or states have a member of this name already");
    } else if (jobMembers.includes(name)) mistake("add." + name + ": stands in job_members too");
    else if (c == OPEN_BRACE || c == 0x5b || value == "null") {
      add.wrong(name, "a string, a number, true or false");
    }
    values.push(value);
    size += String.UTF8.byteLength(name) + String.UTF8.byteLength(value) + 4;
  }
  if (size > ADD_BYTES) mistake("add: larger than " + ADD_BYTES.toString() + " bytes");
  settings.addNames = newList(names);
  settings.addValues = newList(values);
  const master = names.indexOf("master");
  if (master >= 0) settings.masterRow = changetype<List>(settings.addValues).rows + (master << 3); // an unmanaged view
}

function readJobMembers(file: Members): string[] {
  const names = file.strings("job_members", "names");
  if (names === null) return [];
  for (let i = 0; i < names.length; i++) {
    const place = "job_members[" + i.toString() + "]: ";
    if (!isPlainName(names[i])) mistake(place + PLAIN_NAMES);
    if (BOTH_NAMES.includes(names[i]) || OWN_NAMES.includes(names[i]))
      mistake(place + names[i] + ": records or states have a member of this name already");
    if (String.UTF8.byteLength(names[i]) > NAME_BYTES)
      mistake(place + "longer than " + NAME_BYTES.toString() + " bytes");
    if (names.indexOf(names[i]) < i) mistake(place + names[i] + ": stands twice");
  }
  if (names.length > JOB_MEMBERS) mistake("job_members: more than " + JOB_MEMBERS.toString() + " names");
  return names;
}

function readMembers(file: Members): void {
  const schema = file.take("$schema");
  if (schema !== null && schema.charCodeAt(0) != QUOTE) file.wrong("$schema", "a string");
  settings.only = file.word("only", ["all", "changed", "failed", "notable"]);
  const functions = file.object("functions", "an object with include and exclude");
  if (functions) {
    settings.functionsInclude = newList(functions.globs("include"));
    if (functions.has("include") && functions.isEmptyList("include")) functions.wrong("include", "at least one glob");
    settings.functionsExclude = newList(functions.globs("exclude"));
    functions.close();
  }
  const states = file.object("states", "an object with exclude");
  if (states) {
    settings.statesExclude = newList(states.globs("exclude"));
    states.close();
  }
  settings.returnsAll = file.word("returns", ["states", "all"]) == 1;
  const ignore = file.globs("returns_ignore");
  if (settings.returnsAll) settings.returnsIgnore = newList(file.has("returns_ignore") ? ignore : DEFAULT_IGNORE);
  settings.passesOthers = file.word("other_events", ["drop", "pass"]) == 1;
  settings.summary = file.flag("summary", false);
  const jobMembers = readJobMembers(file);
  settings.jobMembers = newList(jobMembers);
  readAdded(file, jobMembers);
  settings.causes = file.flag("causes", false);
  settings.changesText = file.word("changes", ["json", "text"]) == 1;
  settings.argsText = file.word("fun_args", ["json", "text"]) == 1;
  settings.id = file.flag("id", false);
  settings.trace = file.flag("trace", false);
  if (settings.trace) settings.id = true; // a span's id is the first half of `event_id`
  readRedaction(file);
  const limits = file.object("max_bytes", "an object with member and record");
  if (limits) {
    settings.memberBytes = limits.bytes("member", 256);
    settings.recordBytes = limits.bytes("record", 8192);
    limits.close();
  }
  file.close();
  if (listEntries > LIST_ENTRIES) mistake("more than " + LIST_ENTRIES.toString() + " globs");
}

/** Reads the options file, where there is one. False where it has mistakes: each is on standard error then. */
export function readOptions(): bool {
  const content = readFile(FILE_NAME, FILE_LIMIT);
  if (readError) mistake("cannot be read: " + readErrorText());
  else if (!content) complain("saltflat: no " + FILE_NAME + " there: nothing is masked, limited or left out");
  if (content) {
    const text = readSyntax(content);
    if (text !== null) readMembers(new Members(text, ""));
  }
  settings.shapes = isAnythingSet();
  return mistakes == 0;
}
