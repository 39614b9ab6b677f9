// Command lines of known programs: reads their arguments and masks those that are secrets.
import { BACKSLASH, COLON, COMMA, MINUS, PIPE, POINT, QUOTE, SLASH } from "../bytes/chars";
import { startsWith } from "../json/string";
import { matchesGlob } from "../options/glob";
import { settings } from "../options/settings";
import { isReadUp, readAhead } from "./ahead";
import { findOuter, isCloser, outer, outerDepth } from "./assigned";
import {
  AND,
  EQUALS,
  IS_LETTER,
  OPEN_PARENTHESIS,
  SEMICOLON,
  SINGLE_QUOTE,
  byteAt,
  byteBefore,
  classOf,
  isBlank,
  isLineEnd,
  isOneOf,
  isQuote,
  isSeparator,
  isWhite,
  skipBlanks,
  textEnd,
  textStart,
} from "./cursor";
import { skipFeed } from "./pem";
import { addSpan } from "./spans";

import { Argument, Place, Program, programsOf, programsOfAny } from "./programs";

/** Whether the quote closes at `p` that stands before the program. */
function endsAround(p: usize): bool {
  if (!outer) return false;
  const quote = p + outerDepth;
  if (byteAt(quote) != outer) return false;
  for (; p < quote; p++) if (load<u8>(p) != BACKSLASH) return false;
  const c = byteAt(++p);
  return isWhite(p) || c == COMMA || c == SEMICOLON || c == POINT || c == COLON || isCloser(c);
}

/** The argument that `nextArgument` found. */
let argStart: usize = 0;
let argEnd: usize = 0;

/** Past a quoted text, an escaped character or another one of an argument; `p` where it ends. */
function toPieceEnd(p: usize): usize {
  if (isWhite(p)) return p;
  const c = load<u8>(p);
  if (c == QUOTE || c == SINGLE_QUOTE) {
    for (let q = p + 1; q < textEnd && !isLineEnd(load<u8>(q)); q++) {
      if (load<u8>(q) == c) return q + 1;
      if (load<u8>(q) == BACKSLASH && c == QUOTE && isLineEnd(byteAt(++q))) break;
    }
  }
  if (c == BACKSLASH && p + 1 < textEnd) return isLineEnd(load<u8>(p + 1)) ? p : p + 2;
  return c == PIPE || c == SEMICOLON || c == AND || isSeparator(p) ? p : p + 1;
}

/**
 * Finds the argument behind the blanks at `p`, line ends with a backslash before them too; false where the command
 * ends.
 */
function nextArgument(p: usize): bool {
  while (true) {
    p = skipBlanks(p);
    if (byteAt(p) != BACKSLASH || !isLineEnd(byteAt(p + 1))) break;
    p = max(skipFeed(p + 1), p + 2);
  }
  argStart = p;
  while (!endsAround(p)) {
    const end = toPieceEnd(p);
    if (end == p) break;
    p = end;
  }
  argEnd = p;
  readAhead(p - argStart);
  return p > argStart && !isReadUp();
}

/** Masks `[p, end)` without the quotes around it. */
function maskArgument(p: usize, end: usize): void {
  const isQuoted = end > p + 1 && isQuoteOf(p) && load<u8>(end - 1) == load<u8>(p);
  if (isQuoted) addSpan(p + 1, end - 1);
  else addSpan(p, end);
}

function isQuoteOf(p: usize): bool {
  return byteAt(p) == QUOTE || byteAt(p) == SINGLE_QUOTE;
}

/** Masks what stands in `[p, end)` behind the first `mark`. */
function maskBehind(p: usize, end: usize, mark: u8): void {
  const last = isQuoteOf(p) && load<u8>(end - 1) == load<u8>(p) ? end - 1 : end;
  while (p < end && load<u8>(p) != mark) p++;
  addSpan(p + 1, last);
}

/** Whether the argument begins with the text `[start, end)`. */
function beginsArgument(start: usize, end: usize): bool {
  if (argEnd - argStart < end - start) return false;
  for (let p = argStart; start < end; start++, p++) if (load<u8>(p) != load<u8>(start)) return false;
  return true;
}

/**
 * Whether the argument is letters behind a hyphen, up to one of `letter` in either case, the last one where `isLast`.
 */
function hasLetter(letter: u8, isLast: bool): bool {
  if (byteAt(argStart) != MINUS) return false;
  for (let p = argStart + 1; p < argEnd; p++) {
    const c = load<u8>(p);
    if (!(classOf(c) & IS_LETTER)) return false;
    if (isLast ? p + 1 == argEnd && (c | 0x20) == letter : c == letter) return true;
  }
  return false;
}

function argumentIs(text: string): bool {
  return argEnd - argStart == text.length && startsWith(argStart, argEnd, text);
}

/** Past `-u`, `--user=` and their like that a login is joined to; 0 for other arguments. */
function toLogin(): usize {
  if (startsWith(argStart, argEnd, "-u") || startsWith(argStart, argEnd, "-U")) return argStart + 2;
  if (startsWith(argStart, argEnd, "--user=") || startsWith(argStart, argEnd, "--auth=")) return argStart + 7;
  return startsWith(argStart, argEnd, "--proxy-user=") ? argStart + 13 : 0;
}

/** Masks what the place says of the arguments from `p` on. */
function maskPlace(argument: Argument, p: usize): void {
  const place = argument.place;
  const length = argument.end - argument.start;
  let isNext = false; // the option was the argument before
  let behind = -1; // how many arguments stand behind the word
  let hasB = false; // an option with a `b` stands before
  let hadB = false;
  let last: usize = 0;
  for (; nextArgument(p); p = argEnd) {
    const start = argStart;
    const end = argEnd;
    const isOption = load<u8>(start) == MINUS;
    const isIt = length != 0 && beginsArgument(argument.start, argument.end);
    const isWhole = isIt && end - start == length;
    last = start;
    switch (place) {
      case Place.NEXT:
      case Place.JOINED:
      case Place.BOTH:
        if (isNext) maskArgument(start, end);
        isNext = isWhole && place != Place.JOINED;
        if (isIt && place != Place.NEXT) maskArgument(start + length, end);
        break;
      case Place.COLON:
      case Place.HTTP:
      case Place.COMMA: {
        const mark: u8 = place == Place.COMMA ? COMMA : COLON;
        if (isNext) maskBehind(start, end, mark);
        isNext =
          hasLetter(0x75, true) || // u
          argumentIs("--user") ||
          argumentIs("--proxy-user") ||
          (place == Place.HTTP && (argumentIs("-a") || argumentIs("--auth")));
        const joined: usize = isNext ? 0 : toLogin();
        if (joined) maskBehind(joined, end, mark);
        break;
      }
      case Place.PERCENT:
        if (isNext) maskBehind(start, end, 0x25);
        isNext = argumentIs("-U");
        if (!isNext && startsWith(start, end, "-U")) maskBehind(start + 2, end, 0x25);
        break;
      case Place.SECOND:
      case Place.SECOND_PLAIN:
        if (behind >= 0) behind++;
        else if (isWhole) behind = 0;
        if (behind == 2 && (place == Place.SECOND || !(isOption || load<u8>(start) == SLASH))) maskArgument(start, end);
        break;
      case Place.LAST:
        hadB = hasB;
        if (hasLetter(0x62, false)) hasB = true;
        break;
      case Place.PLAIN:
        if (isOption) break;
        maskArgument(start, end);
        return;
    }
  }
  if (last && (place == Place.LAST ? hadB : place == Place.FINAL && load<u8>(last) != MINUS)) maskArgument(last, p);
}

/** What reads a password from a pipe, and programs that do with `login`. */
const PIPED = " passwd smbpasswd cryptsetup saslpasswd2 ";
const CONTAINERS = " docker podman nerdctl buildah skopeo helm az ";

/** Masks the arguments from `p` on that the program behind the pipe reads. */
function maskPiped(p: usize): void {
  let pipe = p;
  while (nextArgument(pipe)) pipe = argEnd;
  pipe = argStart;
  if (byteAt(pipe++) != PIPE) return;
  if (byteAt(pipe) == AND) pipe++;
  if (!nextArgument(pipe)) return;
  let start = argStart;
  let end = argEnd;
  let isReader = false;
  const isSudo = argumentIs("sudo");
  let isSome = nextArgument(end);
  if (isSudo && !(isSome && load<u8>(argStart) == MINUS)) {
    if (!isSome) return;
    start = argStart;
    end = argEnd;
    isSome = nextArgument(end);
  } else if (isSudo) {
    for (; isSome; isSome = nextArgument(argEnd)) if (hasLetter(0x53, false)) isReader = true; // S
  }
  if (isOneOf(start, end, PIPED)) isReader = true;
  else if (isOneOf(start, end, CONTAINERS)) {
    for (; isSome; isSome = nextArgument(argEnd)) if (argumentIs("login")) isReader = true;
  }
  const isPairs = isOneOf(start, end, " chpasswd ");
  if (!isReader && !isPairs) return;
  for (; nextArgument(p); p = argEnd) {
    if (isPairs) maskBehind(argStart, argEnd, COLON);
    else if (load<u8>(argStart) != MINUS) maskArgument(argStart, argEnd);
  }
}

/** Masks the secrets of the programs from `at` on in their list that the word `[word, wordEnd)` is. */
function maskPrograms(at: usize, word: usize, wordEnd: usize): void {
  while (at) {
    const program = changetype<Program>(at); // an unmanaged view
    at = program.next;
    if (!matchesGlob(program.start, program.end, word, wordEnd, true)) continue;
    let p = wordEnd;
    if (program.needStart != program.needEnd) {
      while (nextArgument(p)) {
        p = argEnd;
        if (p - argStart == program.needEnd - program.needStart && beginsArgument(program.needStart, program.needEnd))
          break;
      }
      if (p != argEnd || argEnd == argStart) continue;
    }
    for (let next = program.arguments; next; next = changetype<Argument>(next).next) {
      const argument = changetype<Argument>(next); // an unmanaged view
      if (argument.place == Place.PIPED) maskPiped(p);
      else maskPlace(argument, p);
    }
  }
}

/** Masks the secrets of the command whose program the word `[word, wordEnd)` may be; a blank stands behind it. */
export function findInCommand(word: usize, wordEnd: usize): void {
  const before = byteBefore(word);
  if (!mayPrecede(before) && !(word >= textStart + 3 && isSeparator(word - 3))) return;
  findOuter(word);
  maskPrograms(programsOf(load<u8>(word)), word, wordEnd);
  maskPrograms(programsOfAny(), word, wordEnd);
}

/** What stands before a program's name. */
function mayPrecede(c: u8): bool {
  return (
    isBlank(c) ||
    isLineEnd(c) ||
    c == SLASH ||
    c == OPEN_PARENTHESIS ||
    isQuote(c) ||
    c == SEMICOLON ||
    c == PIPE ||
    c == AND
  );
}

/** ` /p:secret` of programs for Windows, whose colon stands at `colon`. */
export function maskSlash(colon: usize): void {
  const p = colon - 2;
  if (p <= textStart || (load<u8>(p, 1) | 0x20) != 0x70 || load<u8>(p) != SLASH || !isBlank(byteBefore(p))) return;
  let end = colon + 1;
  for (; !isWhite(end); end++) if (load<u8>(end) == EQUALS) return;
  addSpan(colon + 1, end);
}
