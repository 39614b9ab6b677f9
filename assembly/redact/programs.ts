// Command lines of known programs: which of their arguments are secrets. One row a program; a command is read once, from its program on.
import { BACKSLASH, COLON, COMMA, MINUS, PIPE, SLASH, SPACE, UNDERSCORE } from "../bytes/chars";
import { words } from "../options/defaults";
import { matchesGlob } from "../options/glob";
import { Rule, isOn, listCount, newList, rowEnd, rowStart, settings } from "../options/settings";
import {
  CLOSE_PARENTHESIS,
  EQUALS,
  OPEN_PARENTHESIS,
  SEMICOLON,
  beginsWith,
  byteAt,
  byteBefore,
  isBlank,
  isLineEnd,
  isOneOf,
  isQuote,
  isWordByte,
  isWordOf,
  skipBlanks,
  textEnd,
  toWordEnd,
} from "./cursor";
import { Check, addGlobLiteral, addLiteral, addText, addTexts } from "./nominate";
import { SPAN_BYTES, addSpan, spans, spansEnd } from "./spans";

const AND: u8 = 0x26;
const PERCENT: u8 = 0x25;

/** Where a secret stands. */
const enum Place {
  /** The argument behind the option. */
  NEXT = 0x4e, // N
  /** What is joined to the option. */
  JOINED = 0x4a, // J
  /** Either. */
  BOTH = 0x42, // B
  /** Behind the colon of either, of `--option=…` and of joined short options. */
  COLON = 0x43, // C
  /** The same behind a comma. */
  COMMA = 0x4c, // L
  /** The same behind a percent sign. */
  PERCENT = 0x50, // P
  /** The argument of this number behind a word. */
  FIRST = 0x31,
  SECOND = 0x32,
  /** The last argument, where an option has the letter. */
  LAST = 0x5a, // Z
  /** The last argument. */
  FINAL = 0x46, // F
  /** The first argument that is no option. */
  PLAIN = 0x41, // A
  /** Arguments that another program reads behind a pipe. */
  PIPED = 0x49, // I
}

/** Programs, a word that has to stand among the arguments, and places: a letter and what stands there. */
const TABLE = `mysql*,mariadb*;;J-p
mysqladmin,mariadb_admin;;1password
curl,http,https;;C-u,C--user,C-U,C--proxy-user
lftp;;L-u
sshpass;;B-p
docker,podman,nerdctl,buildah,helm,az;login;N-p
redis_cli,valkey_cli;;N-a
ldap*;;B-w
ldappasswd;;N-s
zip,unzip,sqlcmd,bcp,ipmitool,mosquitto_?ub;;N-P
7z*;;J-p
mongo*;;N-p
snmp*;;N-c,N-A,N-X
plink,pscp,psftp;;N-pw
useradd,usermod;;N-p
ssh_keygen;;N-N,N-P
htpasswd,mosquitto_passwd;;Zb
rabbitmqctl;;2add_user,2change_password,2authenticate_user
net;;2user,P-U
openssl;passwd;F
vault;;Jvalue=
smbclient,rpcclient,smbget,wbinfo;;P-U
echo,printf;;I
convertto_securestring;;A`;

/** Parts of the names of programs that read a secret from a pipe. */
const READERS = "passwd cryptsetup sudo password_stdin";

/** A place of a program's secret; `[start, end)` is the option or the word. */
@unmanaged
class Argument {
  next: usize;
  start: usize;
  end: usize;
  place: Place;
}

/** A program: a glob of its name, the word that has to stand among its arguments, its places. */
@unmanaged
class Program {
  next: usize;
  start: usize;
  end: usize;
  needStart: usize;
  needEnd: usize;
  arguments: usize;
}

/** The first program for each byte that a name begins with, those of globs without one at 0. */
const heads: usize = memory.data(1024, 4);

/** Programs of the command that is read: rows of a program, and whether the word that it needs has come. */
const ACTIVE: usize = 16;
const ACTIVE_BYTES: usize = 8;
const active: usize = memory.data(3 * 128, 4); // for commands in commands
let rows: usize = active;
let activeCount: usize = 0;

// @ts-ignore: decorator
@inline
function activeAt(index: usize): Program {
  return changetype<Program>(load<usize>(rows + index * ACTIVE_BYTES)); // an unmanaged view
}

function addProgram(name: string, need: string, places: string[]): void {
  const spans = newList([name, need.length ? need : " "]);
  const program = changetype<Program>(heap.alloc(offsetof<Program>())); // an unmanaged view
  program.start = rowStart(spans, 0);
  program.end = rowEnd(spans, 0);
  program.needStart = rowStart(spans, 1);
  program.needEnd = need.length ? rowEnd(spans, 1) : program.needStart;
  program.arguments = 0;
  for (let i = 0; i < places.length; i++) {
    const text = places[i].substring(1);
    const span = newList([text.length ? text : " "]);
    const argument = changetype<Argument>(heap.alloc(offsetof<Argument>())); // an unmanaged view
    argument.start = rowStart(span, 0);
    argument.end = text.length ? rowEnd(span, 0) : argument.start;
    argument.place = <Place>places[i].charCodeAt(0);
    argument.next = program.arguments;
    program.arguments = changetype<usize>(argument); // its address
  }
  const isPiped = places[0].charCodeAt(0) == <i32>Place.PIPED;
  if (need.length) addLiteral(program.needStart, program.needEnd, true, Check.NONE);
  else if (!isPiped) addGlobLiteral(program.start, program.end, true);
  const c = load<u8>(program.start);
  const head = heads + ((<usize>(isWordByte(c) ? c : 0)) << 2);
  program.next = load<usize>(head);
  store<usize>(head, changetype<usize>(program)); // its address
}

/** Makes the table. Allocates: for start-up only. */
export function beginPrograms(): void {
  if (!isOn(Rule.PROGRAMS)) return;
  const rows = words(TABLE);
  for (let i = 0; i < rows.length; i++) {
    const need = rows[i].indexOf(";");
    const places = rows[i].lastIndexOf(";");
    const names = words(rows[i].substring(0, need), COMMA);
    for (let at = 0; at < names.length; at++) {
      addProgram(names[at], rows[i].substring(need + 1, places), words(rows[i].substring(places + 1), COMMA));
    }
  }
  addText("/p:", true, Check.NONE);
  // What reads a secret behind a pipe.
  addTexts(READERS, true);
  for (let i: usize = 0; i < listCount(settings.redactPrograms); i++) {
    const entry = words(
      String.UTF8.decodeUnsafe(
        rowStart(settings.redactPrograms, i),
        rowEnd(settings.redactPrograms, i) - rowStart(settings.redactPrograms, i),
      ),
    );
    addProgram(entry[0], "", ["B" + entry[1]]);
  }
}

/** Whether the word `[p, end)` is one of the programs; they are added to those of the command. */
function activate(p: usize, end: usize): bool {
  const c = load<u8>(p);
  const count = activeCount;
  addActive(load<usize>(heads + ((<usize>(c >= 0x41 && c <= 0x5a ? c + 0x20 : c)) << 2)), p, end);
  addActive(load<usize>(heads), p, end);
  return activeCount != count;
}

function addActive(at: usize, p: usize, end: usize): void {
  while (at) {
    const program = changetype<Program>(at); // an unmanaged view
    if (activeCount < ACTIVE && matchesGlob(program.start, program.end, p, end, true)) {
      store<usize>(rows + activeCount * ACTIVE_BYTES, at);
      store<usize>(rows + activeCount * ACTIVE_BYTES, <usize>(program.needStart == program.needEnd), 4);
      activeCount++;
    }
    at = program.next;
  }
}

/** What stands before a program's name. */
function mayPrecede(c: u8): bool {
  return c <= SPACE || c == SLASH || c == OPEN_PARENTHESIS || isQuote(c) || c == SEMICOLON || c == PIPE || c == AND;
}

/** The quote that a command stands in, 0 for none; what it is read in ends at `limit`. */
let around: u8 = 0;
let limit: usize = 0;

/** Whether the command ends at `p`, which is in no quotes of it. */
function endsCommand(p: usize): bool {
  if (p >= limit) return true;
  const c = load<u8>(p);
  if (isLineEnd(c)) return true;
  if (c == PIPE) return true;
  if (c == UNDERSCORE && byteAt(p + 1) == PIPE) return true; // a state's key
  if (c == SEMICOLON || c == AND) return byteAt(p + 1) <= SPACE || byteAt(p + 1) == c || byteBefore(p) <= SPACE;
  if (c == CLOSE_PARENTHESIS) return byteAt(p + 1) <= SPACE;
  return around != 0 && c == around && !opensArgument(p);
}

/** Whether the quote at `p` begins an argument rather than ends what it stands in. */
function opensArgument(p: usize): bool {
  const before = byteBefore(p);
  return (isBlank(before) || before == EQUALS) && byteAt(p + 1) > SPACE && byteAt(p + 1) != load<u8>(p);
}

/** Past blanks, and line ends that a backslash stands before. */
function skipToArgument(p: usize): usize {
  while (true) {
    p = skipBlanks(p);
    if (byteAt(p) != BACKSLASH || !isLineEnd(byteAt(p + 1))) return p;
    p += 2;
  }
}

/** The end of the argument at `p`. */
function toArgumentEnd(p: usize): usize {
  while (!endsCommand(p)) {
    const c = load<u8>(p);
    if (isBlank(c)) break;
    if (c == BACKSLASH && p + 1 < limit) p += isLineEnd(load<u8>(p + 1)) ? 1 : 2;
    else if (isQuote(c)) {
      p++;
      while (p < limit && load<u8>(p) != c) p += load<u8>(p) == BACKSLASH ? 2 : 1;
      p++;
    } else p++;
  }
  return min(p, limit);
}

/** Masks the argument `[p, end)` without the quotes around it. */
function maskArgument(p: usize, end: usize): void {
  const c = byteAt(p);
  if (end - p > 1 && isQuote(c) && load<u8>(end - 1) == c) addOrdered(p + 1, end - 1);
  else if (end > p) addOrdered(p, end);
}

/** Notes a secret; what was found behind it is moved behind it. That is little: arguments that another program reads come late. */
function addOrdered(start: usize, end: usize): void {
  const before = spansEnd;
  addSpan(start, end, Rule.PROGRAMS);
  if (spansEnd == before) return;
  for (let row = before; row > spans && load<usize>(row - SPAN_BYTES) > start; row -= SPAN_BYTES) {
    memory.copy(row, row - SPAN_BYTES, SPAN_BYTES);
    store<usize>(row - SPAN_BYTES, start);
    store<usize>(row - SPAN_BYTES, end, 4);
  }
}

/** Masks what stands in `[p, end)` behind the first `mark`. */
function maskBehind(p: usize, end: usize, mark: u8): void {
  const c = byteAt(p);
  const last = end - p > 1 && isQuote(c) && load<u8>(end - 1) == c ? end - 1 : end;
  while (p < last && load<u8>(p) != mark) p++;
  if (p + 1 < last) addOrdered(p + 1, last);
}

function isSame(p: usize, end: usize, argument: Argument): bool {
  const length = argument.end - argument.start;
  if (end - p < length) return false;
  for (let i: usize = 0; i < length; i++) if (load<u8>(p + i) != load<u8>(argument.start + i)) return false;
  return true;
}

/** The mark that a place's secret stands behind. */
function markOf(place: Place): u8 {
  return place == Place.COLON ? COLON : place == Place.COMMA ? COMMA : PERCENT;
}

/** Of joined short options that end with a letter of the place: `-su`. */
function isJoined(p: usize, end: usize, argument: Argument): bool {
  if (argument.end - argument.start != 2 || load<u8>(p) != MINUS || load<u8>(p, 1) == MINUS) return false;
  return end - p <= 5 && load<u8>(end - 1) == load<u8>(argument.start, 1) && toWordEnd(p) == end;
}

/** What is to be masked of the arguments that come. */
let nextPlace: Place = 0;
let countdown: i32 = 0;
let takesLast: bool = false;
let takesPlain: bool = false;
let takesPiped: bool = false;

function lookAtPlace(argument: Argument, p: usize, end: usize): void {
  const place = argument.place;
  switch (place) {
    case Place.FIRST:
    case Place.SECOND:
      if (end - p == argument.end - argument.start && isSame(p, end, argument)) countdown = <i32>place - 0x30;
      return;
    case Place.LAST:
      if (load<u8>(p) == MINUS && load<u8>(p, 1) != MINUS)
        for (let q = p + 1; q < end; q++) if (load<u8>(q) == load<u8>(argument.start)) takesLast = true;
      return;
    case Place.FINAL:
    case Place.PLAIN:
    case Place.PIPED:
      return;
  }
  const isMarked = place == Place.COLON || place == Place.COMMA || place == Place.PERCENT;
  const length = argument.end - argument.start;
  const isIt = isSame(p, end, argument);
  if ((isIt && end - p == length) || (isMarked && isJoined(p, end, argument))) {
    if (place != Place.JOINED) nextPlace = place;
  } else if (isIt && isMarked) {
    if (length == 2 || load<u8>(p + length) == EQUALS) maskBehind(p + length, end, markOf(place));
  } else if (isIt && (place == Place.JOINED || place == Place.BOTH)) {
    maskArgument(load<u8>(p + length) == EQUALS && load<u8>(p, 1) == MINUS ? p + length + 1 : p + length, end);
  }
}

/** Whether the argument `[p, end)` is the word that the program needs. */
function isNeed(program: Program, p: usize, end: usize): bool {
  const length = program.needEnd - program.needStart;
  if (end - p != length) return false;
  for (let i: usize = 0; i < length; i++) if (load<u8>(p + i) != load<u8>(program.needStart + i)) return false;
  return true;
}

/** The arguments of `echo` that another program may read: the first of them, as spans. */
const PIPED_COUNT: usize = 16;
const piped: usize = memory.data(128, 4);
let pipedCount: usize = 0;

/** Masks what the program behind the pipe at `p` reads. */
function maskPiped(p: usize): void {
  p = skipBlanks(p + 1);
  let end = toWordEnd(p);
  let isSudo = isWordOf(p, end, "sudo");
  if (isSudo) {
    p = skipBlanks(end);
    end = toWordEnd(p);
  }
  const slash = byteAt(end);
  if (slash == SLASH || end == p) {
    while (p < textEnd && (isWordByte(load<u8>(p)) || load<u8>(p) == SLASH)) p++;
    end = p;
    while (isWordByte(byteBefore(p))) p--;
  }
  if (byteBefore(end) == UNDERSCORE && byteAt(end) == PIPE) end--; // a state's key
  const isPairs = isWordOf(p, end, "chpasswd");
  if (!isPairs && !isOneOf(p, end, " passwd smbpasswd cryptsetup saslpasswd2 ")) {
    if (!(isSudo && isWordOf(p, end, "-s")) && !isLogin(p, end)) return;
  }
  for (let i: usize = 0; i < pipedCount; i++) {
    const start = load<usize>(piped + (i << 3));
    const stop = load<usize>(piped + (i << 3), 4);
    if (isPairs) maskBehind(start, stop, COLON);
    else if (load<u8>(start) != MINUS) maskArgument(start, stop);
  }
}

/** Whether the command that begins with the word `[p, end)` logs in with a password that it reads. */
function isLogin(p: usize, end: usize): bool {
  if (!isOneOf(p, end, " docker podman nerdctl buildah helm ")) return false;
  const stop = min(end + 256, textEnd);
  while (end < stop && !isLineEnd(load<u8>(end))) if (beginsWith(end++, "--password-stdin")) return true;
  return false;
}

/** What holds for all arguments of a program that was found. */
function begin(program: Program): void {
  for (let at = program.arguments; at; at = changetype<Argument>(at).next) {
    const place = changetype<Argument>(at).place; // an unmanaged view
    if (place == Place.PLAIN) takesPlain = true;
    if (place == Place.PIPED) takesPiped = true;
  }
}

/** Looks at the argument `[p, end)` for each program of the command. */
function lookAtArgument(p: usize, end: usize): void {
  for (let i: usize = 0; i < activeCount; i++) {
    const program = activeAt(i);
    if (!load<usize>(rows + i * ACTIVE_BYTES, 4)) {
      if (isNeed(program, p, end)) store<usize>(rows + i * ACTIVE_BYTES, 1, 4);
      continue;
    }
    for (let at = program.arguments; at && !nextPlace; at = changetype<Argument>(at).next) {
      lookAtPlace(changetype<Argument>(at), p, end); // an unmanaged view
    }
  }
  if (takesPiped && pipedCount < PIPED_COUNT) {
    store<usize>(piped + (pipedCount << 3), p);
    store<usize>(piped + (pipedCount << 3), end, 4);
    pipedCount++;
  }
}

/** Masks the last argument, where a program takes a secret there. */
function maskLast(p: usize, end: usize): void {
  if (!end || load<u8>(p) == MINUS) return;
  for (let i: usize = 0; i < activeCount; i++) {
    const program = activeAt(i);
    if (!load<usize>(rows + i * ACTIVE_BYTES, 4) || isNeed(program, p, end)) continue;
    for (let at = program.arguments; at; at = changetype<Argument>(at).next) {
      const place = changetype<Argument>(at).place; // an unmanaged view
      if (place == Place.FINAL || (place == Place.LAST && takesLast)) maskArgument(p, end);
    }
  }
}

/** Reads the command whose program's name ends at `p`; returns its end. */
function readCommand(p: usize, depth: u32): usize {
  nextPlace = 0;
  countdown = 0;
  takesLast = false;
  takesPlain = false;
  takesPiped = false;
  pipedCount = 0;
  let begun: usize = 0;
  let lastStart: usize = 0;
  let lastEnd: usize = 0;
  while (true) {
    for (; begun < activeCount; begun++) begin(activeAt(begun));
    p = skipToArgument(p);
    if (endsCommand(p)) break;
    const end = toArgumentEnd(p);
    if (end == p) {
      p++;
      continue;
    }
    const isOption = load<u8>(p) == MINUS;
    if (nextPlace) {
      if (nextPlace == Place.NEXT || nextPlace == Place.BOTH) maskArgument(p, end);
      else maskBehind(p, end, markOf(nextPlace));
      nextPlace = 0;
    } else if (countdown && !isOption) {
      if (--countdown == 0 && load<u8>(p) != SLASH) maskArgument(p, end);
    } else if (takesPlain && !isOption) {
      takesPlain = false;
      maskArgument(p, end);
    } else lookAtArgument(p, end);
    lastStart = p;
    lastEnd = end;
    if (isQuote(load<u8>(p))) readInside(p, end, depth);
    let name = end;
    while (name > p && isWordByte(load<u8>(name - 1))) name--;
    if (name < end && (name == p || load<u8>(name - 1) == SLASH)) activate(name, end);
    p = end;
  }
  maskLast(lastStart, lastEnd);
  if (pipedCount && byteAt(p) == PIPE && byteAt(p + 1) != PIPE) maskPiped(p);
  return p;
}

/** Commands in a quoted argument: `sh -c "mysql …"`. */
function readInside(p: usize, end: usize, depth: u32): void {
  if (depth == 2 || end - p < 8 || load<u8>(end - 1) != load<u8>(p)) return;
  const keepAround = around;
  const keepLimit = limit;
  const keepCount = activeCount;
  const keepNext = nextPlace;
  const keepCountdown = countdown;
  const keepLast = takesLast;
  const keepPlain = takesPlain;
  const keepPiped = takesPiped;
  const keepPipedCount = takesPiped ? pipedCount : 0;
  rows += ACTIVE * ACTIVE_BYTES;
  readCommands(p + 1, end - 1, depth + 1);
  rows -= ACTIVE * ACTIVE_BYTES;
  around = keepAround;
  limit = keepLimit;
  activeCount = keepCount;
  nextPlace = keepNext;
  countdown = keepCountdown;
  takesLast = keepLast;
  takesPlain = keepPlain;
  takesPiped = keepPiped;
  pipedCount = keepPipedCount;
}

/** Finds the secrets of the commands in the text `[p, end)`, in the order of the text. */
export function findInCommands(p: usize, end: usize): void {
  if (isOn(Rule.PROGRAMS)) readCommands(p, end, 0);
}

function readCommands(p: usize, end: usize, depth: u32): void {
  while (p < end) {
    while (p < end && !isWordByte(load<u8>(p))) p++;
    const word = p;
    p = toWordEnd(p);
    if (p >= end) return;
    const behind = load<u8>(p);
    if (!isBlank(behind) && behind != BACKSLASH) {
      if (behind == COLON && p - word == 1) p = maskSlash(word, p);
      continue;
    }
    const before = byteBefore(word);
    if (!mayPrecede(before)) continue;
    activeCount = 0;
    // In a state's key, a hyphen belongs to the separator.
    if (!activate(before == PIPE && load<u8>(word) == MINUS ? word + 1 : word, p)) continue;
    around = isQuote(before) ? before : 0;
    limit = end;
    p = readCommand(p, depth);
  }
}

/** ` /p:secret` of programs for Windows, whose colon stands at `colon`; returns where to go on. */
function maskSlash(word: usize, colon: usize): usize {
  if ((load<u8>(word) | 0x20) != 0x70 || byteBefore(word) != SLASH || !isBlank(byteBefore(word - 1))) return colon;
  const start = colon + 1;
  let p = start;
  for (; p < textEnd && byteAt(p) > SPACE && !isQuote(load<u8>(p)); p++) if (load<u8>(p) == EQUALS) return colon;
  addOrdered(start, p);
  return p;
}
