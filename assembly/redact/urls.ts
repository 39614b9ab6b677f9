// Secrets in URLs: `scheme://user:secret@host`, and tokens in the place of a user.
import { BACKSLASH, COLON, OPEN_BRACKET, QUOTE, SLASH } from "../bytes/chars";
import { readAhead } from "./ahead";
import {
  AT,
  GREATER,
  IS_DIGIT,
  IS_LETTER,
  LESS,
  QUESTION,
  byteAt,
  byteBefore,
  classOf,
  isDigitAt,
  isMixed,
  isWhite,
  skipBackslashes,
} from "./cursor";
import { addSpan } from "./spans";

/** A user that is mixed and has so many bytes is a token. */
const TOKEN_BYTES: usize = 16;

/** No `@` stands between the last URL that was looked through and here. */
let noAtUntil: usize = 0;

export function beginUrls(): void {
  noAtUntil = 0;
}

/** Whether what may hold a secret ends at `p`, slashes aside. */
function isUrlEnd(p: usize): bool {
  const c = byteAt(p);
  return isWhite(p) || c == QUESTION || c == 0x23 || c == QUOTE || c == LESS || c == GREATER || c == BACKSLASH;
}

/** `://user:secret@`, whose colon stands at `p`; slashes may be escaped. */
export function maskUrl(p: usize): void {
  if (!(classOf(byteBefore(p)) & (IS_LETTER | IS_DIGIT))) return;
  p = skipBackslashes(p + 1);
  if (byteAt(p) != SLASH) return;
  p = skipBackslashes(p + 1);
  if (byteAt(p) != SLASH) return;
  p++;
  let colon: usize = 0;
  let at: usize = 0;
  let q = p;
  let hasBracket = false;
  for (; !isUrlEnd(q) && load<u8>(q) != SLASH; q++) {
    const c = load<u8>(q);
    if (c == COLON) {
      if (!colon) colon = q;
    } else if (c == AT) at = q;
    else if (c == OPEN_BRACKET && !colon) hasBracket = true;
  }
  if (at) {
    const user = colon && colon < at ? colon : at;
    if (user - p >= TOKEN_BYTES && isMixed(p, user)) addSpan(p, user);
    if (user < at) addSpan(colon + 1, at);
    return;
  }
  if (!colon || hasBracket || q <= noAtUntil) return;
  // A secret with a slash in it, which a URL should not have.
  let end = q;
  while (!isUrlEnd(end) && load<u8>(end) != AT) end++;
  if (byteAt(end) != AT) {
    noAtUntil = end;
    return;
  }
  let port = colon + 1;
  while (isDigitAt(port)) port++;
  if (port != end && byteAt(port) != SLASH) addSpan(colon + 1, end);
}

/** `user/secret@` behind `jdbc:oracle:thin:`, which ends at `p`. */
export function maskOracle(p: usize): void {
  const from = p;
  while (isOfOracle(p) && load<u8>(p) != SLASH) p++;
  readAhead(p - from);
  if (byteAt(p) != SLASH) return;
  const start = ++p;
  while (isOfOracle(p)) p++;
  readAhead(p - start);
  if (byteAt(p) == AT) addSpan(start, p);
}

function isOfOracle(p: usize): bool {
  const c = byteAt(p);
  return !isWhite(p) && c != AT && c != QUOTE && c != 0x27 && c != LESS && c != GREATER;
}
