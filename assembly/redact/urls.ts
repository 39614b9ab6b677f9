// Secrets in URLs: `scheme://user:secret@host`, and tokens in the place of a user.
import { BACKSLASH, COLON, OPEN_BRACKET, QUOTE, SLASH, SPACE, isDigit } from "../bytes/chars";
import { Rule } from "../options/settings";
import { GREATER, LESS, byteAt, isMixed, textEnd } from "./cursor";
import { addSpan } from "./spans";

const AT: u8 = 0x40;
const QUESTION: u8 = 0x3f;
const HASH: u8 = 0x23;

/** A user that is mixed and has so many bytes is a token. */
const TOKEN_BYTES: usize = 16;

/** No `@` stands between the last URL that was looked through and here. */
let noAtUntil: usize = 0;

export function beginUrls(): void {
  noAtUntil = 0;
}

function endsAuthority(c: u8): bool {
  return (
    c == SLASH || c == QUESTION || c == HASH || c <= SPACE || c == QUOTE || c == LESS || c == GREATER || c == BACKSLASH
  );
}

/** `user:secret@` behind the `://` that ends at `p`. Returns where to go on. */
export function maskUrl(p: usize): usize {
  if (byteAt(p) == OPEN_BRACKET) return p; // an IPv6 address
  let colon: usize = 0;
  let at: usize = 0;
  let q = p;
  let hasPort = true;
  for (; q < textEnd; q++) {
    const c = load<u8>(q);
    if (endsAuthority(c)) break;
    if (c == COLON) {
      if (!colon) colon = q;
    } else if (c == AT) at = q;
    else if (colon && !isDigit(c)) hasPort = false;
  }
  if (!colon) return at - p >= TOKEN_BYTES && at && isMixed(p, at) ? addSpan(p, at, Rule.URLS) : p;
  if (!at && !hasPort && q > noAtUntil) {
    // A secret with a slash in it, which a URL should not have.
    let end = q;
    while (end < textEnd && load<u8>(end) > SPACE && load<u8>(end) != QUOTE && load<u8>(end) != AT) end++;
    if (byteAt(end) == AT) at = end;
    else noAtUntil = end;
  }
  if (at <= colon) return p;
  return addSpan(colon - p >= TOKEN_BYTES && isMixed(p, colon) ? p : colon + 1, at, Rule.URLS);
}

/** `user/secret@` behind `jdbc:oracle:thin:`, which ends at `p`. Returns where to go on. */
export function maskOracle(p: usize): usize {
  let slash = p;
  while (slash < textEnd && !endsAuthority(load<u8>(slash)) && load<u8>(slash) != COLON) slash++;
  if (byteAt(slash) != SLASH) return p;
  let at = slash + 1;
  while (at < textEnd && !endsAuthority(load<u8>(at)) && load<u8>(at) != AT && load<u8>(at) != COLON) at++;
  return byteAt(at) == AT ? addSpan(slash + 1, at, Rule.URLS) : p;
}
