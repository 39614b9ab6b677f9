// Values that stay although they have a masked name: those that say nothing (true, none), and settings of a policy.
import { BACKSLASH, COLON, COMMA, MINUS, POINT, SLASH, UNDERSCORE } from "../bytes/chars";
import { isCloser, isOpener } from "./assigned";
import {
  IS_CAPITAL,
  IS_LETTER,
  IS_SMALL,
  SEMICOLON,
  byteAt,
  classOf,
  isBlank,
  isDigitAt,
  isLineEnd,
  isOneOf,
  isQuote,
  isWordByte,
  isWordOf,
} from "./cursor";

const AT: u8 = 0x40;
const TILDE: u8 = 0x7e;

/** Words that say only that there is a value, or none. */
const LITERALS = " true false yes no on off none null nil undefined ";
/** What the last part of a policy's name may be. */
const POLICIES =
  " ttl length len min max expire expires expiry expiration timeout count limit age days size url uri file path dir name" +
  " type id mode policy enabled required lifetime retries attempts interval check ";
/** What begins a line of `nsswitch.conf`. */
const SERVICES = " files compat db nis nisplus sss systemd ldap winbind cache ";

function isCut(p: usize): bool {
  const c = load<u8>(p);
  return c == UNDERSCORE || c == MINUS;
}

/** Whether a part of a name ends before `p`: at a hyphen, and where a capital letter follows a small one. */
function isSeam(p: usize): bool {
  return isCut(p) || ((classOf(load<u8>(p)) & IS_CAPITAL) != 0 && (classOf(load<u8>(p - 1)) & IS_SMALL) != 0);
}

/** Whether the name `[start, end)` is that of a policy: `token_ttl`, `passwordFile`, `min_password_length`. */
export function isPolicyName(start: usize, end: usize): bool {
  while (start < end && isCut(start)) start++;
  while (start < end && isCut(end - 1)) end--;
  if (start == end) return false;
  for (let p = start; p + 7 <= end; p++) if (isWordOf(p, p + 7, "webhook")) return false;
  let last = end - 1;
  while (last > start && !isSeam(last)) last--;
  if (isOneOf(isCut(last) ? last + 1 : last, end, POLICIES)) return true;
  let first = start + 1;
  while (first < end && !isSeam(first)) first++;
  return isOneOf(start, first, " min max ");
}

/** Whether `[p, end)` is a number with perhaps a unit of up to two letters. */
function isNumber(p: usize, end: usize): bool {
  const start = p;
  while (p < end && (isDigitAt(p) || load<u8>(p) == POINT)) p++;
  if (p == start) return false;
  const unit = p;
  while (p < end && classOf(load<u8>(p)) & IS_LETTER) p++;
  return p == end && p - unit <= 2;
}

function isPath(p: usize, end: usize): bool {
  const c = load<u8>(p);
  if (c == SLASH) return true;
  const next = byteAt(p + 1);
  if (c == POINT || c == TILDE) return next == SLASH;
  return (classOf(c) & IS_LETTER) != 0 && next == COLON && end - p > 2 && load<u8>(p, 2) == BACKSLASH;
}

/** A URL without an `@`. */
function isPlainUrl(p: usize, end: usize): bool {
  let hasScheme = false;
  for (; p < end; p++) {
    if (load<u8>(p) == AT) return false;
    if (load<u8>(p) == COLON && p + 2 < end && load<u8>(p, 1) == SLASH && load<u8>(p, 2) == SLASH) hasScheme = true;
  }
  return hasScheme;
}

/** What may stand around a value. */
function isAround(c: u8): bool {
  return isBlank(c) || isLineEnd(c) || isQuote(c) || c == BACKSLASH;
}

/** Whether the value `[p, end)` of a name stays; `isPolicy`: of the name of a policy. */
export function stays(p: usize, end: usize, isPolicy: bool): bool {
  while (p < end && isAround(load<u8>(p))) p++;
  while (p < end) {
    const c = load<u8>(end - 1);
    if (!isAround(c) && c != COMMA && c != SEMICOLON && !isCloser(c)) break;
    end--;
  }
  if (p >= end || (end - p == 1 && isOpener(load<u8>(p))) || isOneOf(p, end, LITERALS)) return true;
  return isPolicy && (isNumber(p, end) || isPath(p, end) || isPlainUrl(p, end));
}

/** Whether the value at `p` of the name `passwd` is one of a line of `nsswitch.conf`. */
export function isService(p: usize): bool {
  const start = p;
  while (classOf(byteAt(p)) & IS_LETTER) p++;
  const c = byteAt(p);
  return isOneOf(start, p, SERVICES) && !(isWordByte(c) && c != MINUS && c < 0x80);
}
