// Secrets that are known by their shape: keys that providers give out, hashes of passwords, addresses of web hooks. One
// row each.
import { COLON, COMMA, MINUS, POINT, SLASH, PLUS } from "../bytes/chars";
import { startsWith } from "../json/string";
import { words } from "../options/defaults";
import { Rule, isOn, newList, rowEnd, rowStart } from "../options/settings";
import {
  DOLLAR,
  EQUALS,
  ESCAPE,
  GREATER,
  IS_CAPITAL,
  IS_DIGIT,
  IS_LETTER,
  LESS,
  byteAt,
  classOf,
  isQuote,
  isWhite,
  isWordByte,
  textEnd,
  toWordEnd,
} from "./cursor";
import { Check, addLiteral, addText, addTexts } from "./literals";
import { addSpan, isMasked } from "./spans";

/** How the rest of a shape is read, behind its literal. */
const enum Rest {
  /** The word has so many bytes, from the literal's first on; the key goes on through words and points. */
  WORD,
  /** A word of so many bytes follows. */
  TAIL,
  /** So many letters and digits follow, no more. */
  EXACT,
  /** So many hexadecimal digits follow, no more. */
  HEX,
  /** Base64 follows, so many bytes with the literal. */
  BASE64,
  /** Characters of hashes follow, at least one. */
  HASH,
  /** All up to white space and quotes follows; the literal stays. */
  ADDRESS,
  /** A JSON Web Token. */
  JWT,
}

/** The literals of a kind, behind the number that `Rest` speaks of. */
const WORDS =
  "15 xoxa- xoxb- xoxp- xoxr- xoxs- xoxe- xapp- xoxo- 16 sk_live_ rk_live_ sk_test_ rk_test_ 20 A3T AKIA ASIA ABIA " +
  "ACCA dop_v1_ doo_v1_ dor_v1_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glcbt- glptt- glft- " +
  "glsoat- glimt- glagent- gloas- sk-ant- sk-proj- pypi-AgE dckr_pat_ glsa_ glc_ NRAK- ATATT3 tskey- lin_api_ " +
  "figd_ pscale_tkn_ pscale_pw_ pscale_oauth_ sntrys_ sntryu_ rdme_ shippo_live_ shippo_test_ tfp_ pul- sgp_ phx_ " +
  "xkeysib- xsmtpsib- sq0atp- sq0csp- gsk_ xai- nfp_ sbp_ nvapi- lsv2_pt_ CLOJARS_ ATCTT3 ATBB pgar_ cfk_ cfut_ " +
  "bb_pr_ bkua_ 24 GR1348941 HRKU-AA 30 AIza GOCSPX- whsec_ hf_ PMAK- shpat_ shpca_ shppa_ shpss_ AGE-SECRET-KEY-1 " +
  "EZAK EZTK FLWSECK_TEST- duffel_test_ duffel_live_ squ_ sqp_ sqa_ pnu_ CCIPAT_ ops_eyJ 36 dapi 40 npm_ rubygems_ " +
  "sk- AKCp";
const TAILS = "20 hvs. hvb. hvr. dp.pt. 16 SG. 10 ya29. 30 sha256~";
const HOOKS =
  "01 hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/ discord.com/api/webhooks/ " +
  "discordapp.com/api/webhooks/ webhook.office.com/webhookb2/ outlook.office.com/webhook/";
const NAMED_HASHES = "01 SCRAM-SHA-256$ SCRAM-SHA-1$ pbkdf2_sha256$ pbkdf2_sha1$ bcrypt_sha256$ grub.pbkdf2.";

/** How hashes of crypt(5) begin. */
const CRYPT_IDS = "$1$ $5$ $6$ $y$ $7$ $2 $gy$ $argon2 $scrypt $apr1 $pbkdf2 $P$ $H$";

/** How the schemes begin that stand in braces before a hash. */
const SCHEMES = "{SSHA {SHA {SMD5 {MD5 {CRYPT";

/** A row: its literal, and the next row whose literal begins with the same byte. */
@unmanaged
export class Shape {
  start: usize;
  end: usize;
  next: usize;
  least: usize;
  rest: Rest;
}

/** The first row for each byte, 0 where there is none. */
const heads: usize = memory.data(1024, 4);

/** What has to follow the literal of a shape, as far as it is looked at early. */
function checkOf(rest: Rest): Check {
  return rest == Rest.EXACT || rest == Rest.HEX ? Check.RANDOM : Check.NONE;
}

function addShapes(text: string, rest: Rest, rule: Rule): void {
  if (!isOn(rule)) return;
  const list = words(text);
  let least: usize = 0;
  for (let i = 0; i < list.length; i++) {
    const first = list[i].charCodeAt(0);
    if (first < 0x3a) {
      least = 10 * first + list[i].charCodeAt(1) - 11 * 0x30;
      continue;
    }
    const literals = newList([list[i]]);
    const shape = changetype<Shape>(heap.alloc(offsetof<Shape>())); // an unmanaged view
    shape.start = rowStart(literals, 0);
    shape.end = rowEnd(literals, 0);
    shape.least = least;
    shape.rest = rest;
    const head = heads + ((<usize>load<u8>(shape.start)) << 2);
    addLiteral(shape.start, shape.end, false, checkOf(rest));
    shape.next = load<usize>(head);
    store<usize>(head, changetype<usize>(shape)); // its address
  }
}

/** The first row whose literal begins with `c`, 0 where there is none. */
// @ts-ignore: decorator
@inline
function shapesOf(c: u8): usize {
  return load<usize>(heads + ((<usize>c) << 2));
}

/** Makes the table. Allocates: for start-up only. */
export function beginShapes(): void {
  addShapes(WORDS, Rest.WORD, Rule.TOKENS);
  addShapes(TAILS, Rest.TAIL, Rule.TOKENS);
  addShapes("24 s.", Rest.EXACT, Rule.TOKENS);
  addShapes("40 LS0tLS1CRUdJTi", Rest.BASE64, Rule.TOKENS);
  addShapes("10 eyJ", Rest.JWT, Rule.TOKENS);
  addShapes("32 md5", Rest.HEX, Rule.HASHES);
  addShapes(NAMED_HASHES, Rest.HASH, Rule.HASHES);
  addShapes(HOOKS, Rest.ADDRESS, Rule.WEBHOOKS);
  if (isOn(Rule.TOKENS)) addTexts(".atlasv1. :AA", false);
  if (!isOn(Rule.HASHES)) return;
  addTexts(CRYPT_IDS, false);
  addText("*", false, Check.RANDOM);
  addTexts(SCHEMES, false);
}

/** How many bytes of the classes `kind` stand at `p`. */
function run(p: usize, kind: u8): usize {
  const start = p;
  while (p < textEnd && classOf(load<u8>(p)) & kind) p++;
  return p - start;
}

/** The whole key: its words with single points and tildes between them. */
function toKeyEnd(p: usize): usize {
  let end = toWordEnd(p);
  while ((byteAt(end) == POINT || byteAt(end) == 0x7e) && (p = toWordEnd(end + 1)) > end + 1) end = p;
  return end;
}

/** Past letters, digits and `./$=,+_-`, of which hashes are. */
function toHashEnd(p: usize): usize {
  while (p < textEnd) {
    const c = load<u8>(p);
    const isWord = c < 0x80 && isWordByte(c);
    if (!isWord && c != POINT && c != SLASH && c != DOLLAR && c != EQUALS && c != COMMA && c != PLUS) break;
    p++;
  }
  return p;
}

function toAddressEnd(p: usize): usize {
  while (!isWhite(p)) {
    const c = load<u8>(p);
    if (isQuote(c) || c == LESS || c == GREATER || c == 0x5c || c == ESCAPE) break;
    p++;
  }
  return p;
}

function isHexWord(p: usize, end: usize): bool {
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (!(classOf(c) & IS_DIGIT) && <u8>(c - 0x61) > 5) return false;
  }
  return true;
}

/** Past the secret at `p`, in the word that ends at `wordEnd`, if it has the shape of the row; 0 where it has not. */
function endOfShape(shape: Shape, p: usize, wordEnd: usize): usize {
  const length = shape.end - shape.start;
  if (p + length > textEnd) return 0;
  for (let i: usize = 0; i < length; i++) if (load<u8>(p + i) != load<u8>(shape.start + i)) return 0;
  const behind = p + length;
  const least = shape.least;
  switch (shape.rest) {
    case Rest.WORD:
      return wordEnd - p >= least ? toKeyEnd(wordEnd) : 0;
    case Rest.TAIL:
      return toWordEnd(behind) - behind >= least ? toKeyEnd(behind) : 0;
    case Rest.EXACT: {
      const end = behind + run(behind, IS_LETTER | IS_DIGIT);
      return end - behind == least && toWordEnd(end) == end ? toKeyEnd(end) : 0;
    }
    case Rest.HEX:
      return wordEnd - behind == least && isHexWord(behind, wordEnd) ? wordEnd : 0;
    case Rest.BASE64: {
      // Certificates and public keys.
      if (startsWith(behind, textEnd, "BDRVJ") || startsWith(behind, textEnd, "BQVUJM")) return 0;
      let end = behind;
      while (isBase64(byteAt(end))) end++;
      return end - p >= least ? end : 0;
    }
    case Rest.HASH: {
      let end = toHashEnd(behind);
      while (byteAt(end) == COLON) end = toHashEnd(end + 1);
      return end > behind ? end : 0;
    }
    case Rest.ADDRESS: {
      const end = toAddressEnd(behind);
      return end > behind ? end : 0;
    }
    case Rest.JWT: {
      if (wordEnd - p < least || byteAt(wordEnd) != POINT) return 0;
      if (startsWith(wordEnd + 1, textEnd, "eyJ")) return toKeyEnd(wordEnd);
      const second = toWordEnd(wordEnd + 1);
      if (second - wordEnd <= 10 || byteAt(second) != POINT || toWordEnd(second + 1) == second + 1) return 0;
      return toKeyEnd(second);
    }
  }
  return 0;
}

export function isBase64(c: u8): bool {
  return (classOf(c) & (IS_LETTER | IS_DIGIT)) != 0 || c == PLUS || c == SLASH || c == EQUALS;
}

/** Masks the secret that begins at `p` in the word that ends at `wordEnd`; false where there is none. */
function maskAt(p: usize, wordEnd: usize): bool {
  if (isMasked(p)) return false;
  let at = shapesOf(load<u8>(p));
  while (at) {
    const shape = changetype<Shape>(at); // an unmanaged view
    const end = endOfShape(shape, p, wordEnd);
    if (end) {
      addSpan(shape.rest == Rest.ADDRESS ? p + (shape.end - shape.start) : p, end);
      return true;
    }
    at = shape.next;
  }
  if (!isOn(Rule.TOKENS)) return false;
  const length = wordEnd - p;
  let isIt = false;
  if (byteAt(wordEnd) == POINT) {
    isIt = length >= 14 && startsWith(wordEnd, textEnd, ".atlasv1.") && toWordEnd(wordEnd + 9) - wordEnd >= 49;
  } else if (length - 8 < 3 && startsWith(wordEnd, textEnd, ":AA")) {
    isIt = run(p, IS_DIGIT) == length && toWordEnd(wordEnd + 1) - wordEnd >= 36; // Telegram's
  }
  if (isIt) addSpan(p, toKeyEnd(byteAt(wordEnd) == POINT ? wordEnd : wordEnd + 1));
  return isIt;
}

/** Masks what is a secret by its shape at the word, or behind a hyphen in it; false where there is none. */
export function maskShape(word: usize, wordEnd: usize): bool {
  if (maskAt(word, wordEnd)) return true;
  for (let p = word + 1; p < wordEnd; p++) if (load<u8>(p - 1) == MINUS && maskAt(p, wordEnd)) return true;
  return false;
}

/** Whether the word `[p, end)` between two `$` names a way to hash. */
function isCrypt(p: usize, end: usize): bool {
  const length = end - p;
  if (!length) return false;
  const c = load<u8>(p);
  if (length == 1) return c == 0x31 || c == 0x35 || c == 0x36 || c == 0x79 || c == 0x37; // 1 5 6 y 7
  if (length == 2) return (c == 0x32 && load<u8>(p, 1) > 0x60) || startsWith(p, end, "gy");
  return (
    startsWith(p, end, "argon2") ||
    startsWith(p, end, "scrypt") ||
    startsWith(p, end, "apr1") ||
    startsWith(p, end, "pbkdf2")
  );
}

/** Past the name of a way to hash before `}` that stands at `p`; 0 where there is none. */
function toSchemeEnd(p: usize): usize {
  const end = toWordEnd(p);
  if (byteAt(end) != 0x7d) return 0;
  if (startsWith(p, end, "SSHA") || startsWith(p, end, "SMD5")) p++;
  else if (startsWith(p, end, "CRYPT")) return p + 5 == end ? end : 0;
  if (startsWith(p, end, "MD5")) return p + 3 == end ? end : 0;
  if (!startsWith(p, end, "SHA")) return 0;
  p += 3;
  return p == end || (p + 3 == end && (startsWith(p, end, "256") || startsWith(p, end, "512"))) ? end : 0;
}

/** A hash of a password that begins with the sign at `p`. */
export function maskHash(p: usize): void {
  const word = p + 1;
  let end: usize = 0;
  let least: usize = 0;
  const c = load<u8>(p);
  if (c == DOLLAR) {
    end = toWordEnd(word);
    if (byteAt(end++) != DOLLAR) return;
    const kind = load<u8>(word);
    if (end - word == 2 && (kind == 0x50 || kind == 0x48)) {
      // $P$ and $H$
      least = end + 31;
      for (let q = end; q < least; q++) {
        const d = byteAt(q);
        if (!(classOf(d) & (IS_LETTER | IS_DIGIT)) && d != POINT && d != SLASH) return;
      }
    } else if (isCrypt(word, end - 1)) least = end + 12;
    else return;
  } else if (c == 0x2a) {
    end = toWordEnd(word); // MySQL's
    if (end - word == 40 && run(word, IS_CAPITAL | IS_DIGIT) == 40) {
      for (let q = word; q < end; q++) if (load<u8>(q) > 0x46) return;
      addSpan(p, end);
    }
    return;
  } else {
    end = toSchemeEnd(word);
    if (!end++) return;
    const isCrypt = load<u8>(word) == 0x43;
    let q = end;
    while (isBase64(byteAt(q)) || (isCrypt && (byteAt(q) == POINT || byteAt(q) == DOLLAR))) q++;
    if (q - end < <usize>(isCrypt ? 13 : 16)) return;
    least = q;
  }
  end = toHashEnd(end);
  if (end >= least) addSpan(p, end);
}
