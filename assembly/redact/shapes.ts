// Secrets that are known by their shape: keys that providers give out, hashes of passwords, addresses of web hooks. One row each.
import { MINUS, OPEN_BRACE, POINT } from "../bytes/chars";
import { startsWith } from "../json/string";
import { words } from "../options/defaults";
import { Rule, isOn, newList, rowEnd, rowStart } from "../options/settings";
import {
  DOLLAR,
  IS_CAPITAL,
  IS_DIGIT,
  IS_LETTER,
  IS_TOKEN,
  IS_WORD,
  byteAt,
  byteBefore,
  classOf,
  isQuote,
  isWordByte,
  textEnd,
} from "./cursor";
import { Check, addLiteral, addText, addTexts } from "./nominate";
import { addSpan } from "./spans";

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
  /** A hash of crypt(5) goes on behind the word, at a `$`. */
  CRYPT,
  /** All up to white space and quotes follows; the literal stays. */
  ADDRESS,
  /** A JSON Web Token. */
  JWT,
}

/** The literals of a kind, each with the number that `Rest` speaks of. */
const WORDS =
  "20A3T 20AKIA 20ASIA 20ABIA 20ACCA 30AIza 30GOCSPX- 20dop_v1_ 20doo_v1_ 20dor_v1_ 20ghp_ 20gho_ 20ghu_ 20ghs_ 20ghr_ 20github_pat_ " +
  "20glpat- 20gldt- 20glrt- 20glcbt- 20glptt- 20glft- 20glsoat- 20glimt- 20glagent- 20gloas- 24GR1348941 15xoxa- 15xoxb- 15xoxp- " +
  "15xoxr- 15xoxs- 15xoxe- 15xapp- 16sk_live_ 16rk_live_ 16sk_test_ 16rk_test_ 30whsec_ 40npm_ 20sk-ant- 20sk-proj- 30hf_ " +
  "20pypi-AgE 40rubygems_ 20dckr_pat_ 24HRKU-AA 20glsa_ 20glc_ 20NRAK- 36dapi 30PMAK- 20ATATT3 30shpat_ 30shpca_ 30shppa_ " +
  "30shpss_ 20tskey- 30AGE-SECRET-KEY-1 20lin_api_ 20figd_ 20pscale_tkn_ 20pscale_pw_ 20pscale_oauth_ 20sntrys_ 20sntryu_ " +
  "20rdme_ 20shippo_live_ 20shippo_test_ 20tfp_ 20pul- 20sgp_ 20phx_ 20xkeysib- 20xsmtpsib- 20sq0atp- 20sq0csp- 20gsk_ 20xai- " +
  "20nfp_ 20sbp_ 20nvapi- 20lsv2_pt_ 20CLOJARS_ 30EZAK 30EZTK 30FLWSECK_TEST- 30duffel_test_ 30duffel_live_ 30squ_ 30sqp_ " +
  "30sqa_ 30pnu_ 30CCIPAT_ 30ops_eyJ";
const TAILS = "20hvs. 20hvb. 20hvr. 16SG. 10ya29. 20dp.pt. 30sha256~";
const HOOKS =
  "1hooks.slack.com/services/ 1hooks.slack.com/workflows/ 1hooks.slack.com/triggers/ 1discord.com/api/webhooks/ " +
  "1discordapp.com/api/webhooks/ 1webhook.office.com/webhookb2/ 1outlook.office.com/webhook/";
const CRYPTS = "0SCRAM-SHA-256 0SCRAM-SHA-1 0pbkdf2_sha256 0pbkdf2_sha1 0bcrypt_sha256";

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
  rule: Rule;
}

/** The first row for each byte, 0 where there is none. */
const heads: usize = memory.data(1024, 4);

/** What has to follow the literal of a shape, as far as it is looked at early. */
function checkOf(rest: Rest): Check {
  return rest == Rest.EXACT || rest == Rest.HEX ? Check.RANDOM : Check.NONE;
}

/** The number that a text's first digits say. */
function numberOf(text: string, digits: i32): usize {
  let value: usize = 0;
  for (let i = 0; i < digits; i++) value = value * 10 + (text.charCodeAt(i) - 0x30);
  return value;
}

function addShapes(text: string, rest: Rest, rule: Rule): void {
  if (!isOn(rule)) return;
  const list = words(text);
  for (let i = 0; i < list.length; i++) {
    let digits = 1;
    while (list[i].charCodeAt(digits) < 0x3a && list[i].charCodeAt(digits) > 0x2f && digits < 2) digits++;
    const literals = newList([list[i].substring(digits)]);
    const shape = changetype<Shape>(heap.alloc(offsetof<Shape>())); // an unmanaged view
    shape.start = rowStart(literals, 0);
    shape.end = rowEnd(literals, 0);
    shape.least = numberOf(list[i], digits);
    shape.rest = rest;
    shape.rule = rule;
    const head = heads + ((<usize>load<u8>(shape.start)) << 2);
    addLiteral(shape.start, shape.end, false, checkOf(rest));
    shape.next = load<usize>(head);
    store<usize>(head, changetype<usize>(shape)); // its address
  }
}

/** The first row whose literal begins with `c`, 0 where there is none. */
// @ts-ignore: decorator
@inline
export function shapesOf(c: u8): usize {
  return load<usize>(heads + ((<usize>c) << 2));
}

/** Makes the table. Allocates: for start-up only. */
export function beginShapes(): void {
  addShapes(WORDS, Rest.WORD, Rule.TOKENS);
  addShapes(TAILS, Rest.TAIL, Rule.TOKENS);
  addShapes("24s.", Rest.EXACT, Rule.TOKENS);
  addShapes("40LS0tLS1CRUdJTi", Rest.BASE64, Rule.TOKENS);
  addShapes("10eyJ", Rest.JWT, Rule.TOKENS);
  addShapes("3grub.pbkdf2.", Rest.TAIL, Rule.HASHES);
  addShapes("32md5", Rest.HEX, Rule.HASHES);
  addShapes(CRYPTS, Rest.CRYPT, Rule.HASHES);
  addShapes(HOOKS, Rest.ADDRESS, Rule.WEBHOOKS);
  if (isOn(Rule.TOKENS)) addText(".atlasv1.", false, Check.NONE);
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

/** The whole key: its words with the points between them. */
function toKeyEnd(p: usize): usize {
  while (isWordByte(byteAt(p)) || byteAt(p) == POINT) p++;
  return p;
}

/** Past a hash of crypt(5). */
function toCryptEnd(p: usize): usize {
  while (p < textEnd && isOfCrypt(load<u8>(p))) p++;
  return p;
}

function isOfCrypt(c: u8): bool {
  return (classOf(c) & (IS_TOKEN | IS_WORD)) != 0 || c == DOLLAR || c == 0x2c; // a comma
}

function toAddressEnd(p: usize): usize {
  while (p < textEnd) {
    const c = load<u8>(p);
    if (c <= 0x20 || isQuote(c) || c == 0x3c || c == 0x3e || c == 0x5c) break;
    p++;
  }
  return p;
}

function isHexWord(p: usize, end: usize): bool {
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (!(classOf(c) & IS_DIGIT) && <u8>((c | 0x20) - 0x61) > 5) return false;
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
      return run(behind, IS_WORD) >= least ? toKeyEnd(behind) : 0;
    case Rest.EXACT: {
      const end = behind + run(behind, IS_LETTER | IS_DIGIT);
      return end - behind == least && !isWordByte(byteAt(end)) && byteBefore(p) != POINT ? end : 0;
    }
    case Rest.HEX:
      return wordEnd - behind == least && isHexWord(behind, wordEnd) ? wordEnd : 0;
    case Rest.BASE64: {
      const end = p + run(p, IS_TOKEN);
      // Certificates and public keys.
      if (startsWith(behind, textEnd, "BDRVJ") || startsWith(behind, textEnd, "BQVUJM")) return 0;
      return end - p >= least ? end : 0;
    }
    case Rest.CRYPT:
      return wordEnd == behind && byteAt(behind) == DOLLAR ? toCryptEnd(behind) : 0;
    case Rest.ADDRESS: {
      const end = toAddressEnd(behind);
      return end > behind ? end : 0;
    }
    case Rest.JWT: {
      if (wordEnd - p < least || byteAt(wordEnd) != POINT) return 0;
      if (startsWith(wordEnd + 1, textEnd, "eyJ")) return toKeyEnd(wordEnd);
      const second = wordEnd + 1 + run(wordEnd + 1, IS_WORD);
      if (second - wordEnd <= 10 || byteAt(second) != POINT || !isWordByte(byteAt(second + 1))) return 0;
      return toKeyEnd(second);
    }
  }
  return 0;
}

/** Masks the secret that begins at `p` in the word `[word, wordEnd)`; returns where to go on, `wordEnd` where there is none. */
function maskAt(p: usize, wordEnd: usize): usize {
  let at = shapesOf(load<u8>(p));
  while (at) {
    const shape = changetype<Shape>(at); // an unmanaged view
    const end = endOfShape(shape, p, wordEnd);
    if (end) return addSpan(shape.rest == Rest.ADDRESS ? p + (shape.end - shape.start) : p, end, shape.rule);
    at = shape.next;
  }
  return wordEnd;
}

/** Masks what is a secret by its shape at the word, or behind a hyphen in it; returns where to go on, `wordEnd` where there is none. */
export function maskShape(word: usize, wordEnd: usize): usize {
  const first = word;
  // the mark of a diff, a quotation mark that is not ASCII
  while (word < wordEnd && (load<u8>(word) == MINUS || load<u8>(word) >= 0x80)) word++;
  if (word == wordEnd) return wordEnd;
  let end = maskAt(word, wordEnd);
  if (end != wordEnd) return end;
  const length = wordEnd - word;
  if (
    length >= 14 &&
    isOn(Rule.TOKENS) &&
    startsWith(wordEnd, textEnd, ".atlasv1.") &&
    run(wordEnd + 9, IS_WORD) >= 40
  ) {
    return addSpan(word, toKeyEnd(wordEnd + 9), Rule.TOKENS);
  }
  if (length >= 20) {
    for (let p = word + 1; p < wordEnd; p++) {
      if (load<u8>(p - 1) == MINUS && load<u8>(p) != MINUS && shapesOf(load<u8>(p))) {
        end = maskAt(p, wordEnd);
        if (end != wordEnd) return end;
      }
    }
  }
  return isOn(Rule.HASHES) ? maskHash(first, wordEnd) : wordEnd;
}

/** Whether the word `[p, end)` behind a `$` names a way to hash. */
function isCrypt(p: usize, end: usize): bool {
  const length = end - p;
  const c = load<u8>(p);
  if (length == 1) return c == 0x31 || c == 0x35 || c == 0x36 || c == 0x79 || c == 0x37 || c == 0x50 || c == 0x48; // 1 5 6 y 7 P H
  if (length == 2) return c == 0x32 || startsWith(p, end, "gy");
  return (
    startsWith(p, end, "argon2") ||
    startsWith(p, end, "scrypt") ||
    startsWith(p, end, "apr1") ||
    startsWith(p, end, "pbkdf2")
  );
}

/** Schemes that stand in braces before a hash. */
function isScheme(p: usize, end: usize): bool {
  const length = end - p;
  if (startsWith(p, end, "CRYPT")) return length == 5;
  if (startsWith(p, end, "SMD5") || startsWith(p, end, "MD5")) return length <= 4;
  if (load<u8>(p) == 0x53 && startsWith(p + 1, end, "SHA")) p++;
  if (!startsWith(p, end, "SHA")) return false;
  p += 3;
  return p == end || startsWith(p, end, "256") || startsWith(p, end, "512");
}

/** A hash of a password that the word begins; returns where to go on, `wordEnd` where there is none. */
function maskHash(word: usize, wordEnd: usize): usize {
  const before = byteBefore(word);
  const c = byteAt(wordEnd);
  if (before == DOLLAR && c == DOLLAR && isCrypt(word, wordEnd)) {
    const end = toCryptEnd(wordEnd);
    const isPhp = load<u8>(word) == 0x50 || load<u8>(word) == 0x48; // P H
    if (end - word >= (isPhp ? 33 : 12)) return addSpan(word - 1, end, Rule.HASHES);
  }
  if (before == OPEN_BRACE && c == 0x7d && isScheme(word, wordEnd)) {
    const end = wordEnd + 1 + run(wordEnd + 1, IS_TOKEN);
    if (end - wordEnd > 16) return addSpan(word - 1, end, Rule.HASHES);
  }
  if (before == 0x2a && wordEnd - word == 40 && run(word, IS_CAPITAL | IS_DIGIT) == 40 && isHexWord(word, wordEnd)) {
    return addSpan(word - 1, wordEnd, Rule.HASHES); // MySQL's
  }
  return wordEnd;
}
