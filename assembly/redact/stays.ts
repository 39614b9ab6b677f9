// Values that stay although they have a masked name: those that say nothing (true, none), and settings of a policy.
import { BACKSLASH, COLON, COMMA, MINUS, POINT, SLASH, SPACE, UNDERSCORE } from "../bytes/chars";
import {
  CLOSE_PARENTHESIS,
  IS_CAPITAL,
  IS_DIGIT,
  IS_LETTER,
  IS_SMALL,
  SEMICOLON,
  beginsWith,
  classOf,
  isOneOf,
  isQuote,
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
  while (start < end && load<u8>(start) == MINUS) start++;
  if (start == end) return false;
  for (let p = start; p + 7 <= end; p++) if (isWordOf(p, p + 7, "webhook")) return false;
  let last = end - 1;
  while (last > start && !isSeam(last)) last--;
  if (last == start) return false; // of one part
  if (isOneOf(isCut(last) ? last + 1 : last, end, POLICIES)) return true;
  let first = start + 1;
  while (!isSeam(first)) first++;
  return isOneOf(start, first, " min max ");
}

/** Whether `[p, end)` is a number with perhaps a unit of up to two letters. */
function isNumber(p: usize, end: usize): bool {
  const start = p;
  while (p < end && (classOf(load<u8>(p)) & IS_DIGIT || load<u8>(p) == POINT)) p++;
  if (p == start) return false;
  const unit = p;
  while (p < end && classOf(load<u8>(p)) & IS_LETTER) p++;
  return p == end && p - unit <= 2;
}

function isPath(p: usize, end: usize): bool {
  const c = load<u8>(p);
  if (c == SLASH) return true;
  if (end - p < 3) return false;
  const next = load<u8>(p, 1);
  if (c == POINT || c == TILDE) return next == SLASH;
  return (classOf(c) & IS_LETTER) != 0 && next == COLON && load<u8>(p, 2) == BACKSLASH;
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

/** Whether the value `[p, end)` of the name `[name, nameEnd)` stays. `isBuiltIn`: the name is none of the options'. */
export function stays(name: usize, nameEnd: usize, p: usize, end: usize, isBuiltIn: bool): bool {
  while (end > p) {
    const c = load<u8>(end - 1);
    if (c != COMMA && c != SEMICOLON && c != CLOSE_PARENTHESIS && c > SPACE) break;
    end--;
  }
  while (p < end && load<u8>(p) == BACKSLASH) p++;
  if (p + 1 < end && isQuote(load<u8>(p)) && load<u8>(end - 1) == load<u8>(p)) {
    p++;
    end--;
    if (p < end && load<u8>(end - 1) == BACKSLASH) end--;
  }
  if (p >= end || isOneOf(p, end, LITERALS)) return true;
  if (beginsWith(p, "convertto-securestring")) return true;
  if (!isBuiltIn || !isPolicyName(name, nameEnd)) return false;
  return isNumber(p, end) || isPath(p, end) || isPlainUrl(p, end);
}

/** Whether a value behind `passwd:` is a line of `nsswitch.conf`. */
export function isService(p: usize, wordEnd: usize): bool {
  return isOneOf(p, wordEnd, SERVICES);
}
