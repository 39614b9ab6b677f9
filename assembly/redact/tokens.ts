// Keys that are known by their shape: what providers give out, and hashes of passwords.
import { MINUS, POINT, UNDERSCORE } from "../bytes/chars";
import { isAscii, startsWith } from "../json/string";
import { DOLLAR, byteAt, isWordByte, textEnd } from "./cursor";

function isAnyOf(c: u8, letters: string): bool {
  for (let i = 0; i < letters.length; i++) if (<u8>letters.charCodeAt(i) == c) return true;
  return false;
}

/** How many bytes of a word stand at `p`. */
function runOfWord(p: usize): usize {
  const start = p;
  while (isWordByte(byteAt(p))) p++;
  return p - start;
}

/** Whether the word `[p, end)` looks like a key that a provider gives out. */
export function isKey(p: usize, end: usize): bool {
  const length = end - p;
  const next = byteAt(end);
  switch (load<u8>(p)) {
    case 0x41: // A
      if (length >= 20 && (startsWith(p, end, "AKIA") || startsWith(p, end, "ASIA"))) return true;
      return length >= 30 && startsWith(p, end, "AIza");
    case 0x64: // d
      return length >= 20 && startsWith(p, end, "dop_v1_");
    case 0x65: // e
      return length >= 10 && startsWith(p, end, "eyJ") && next == POINT && startsWith(end + 1, textEnd, "eyJ");
    case 0x67: // g
      if (length < 20) return false;
      if (startsWith(p, end, "github_pat_") || startsWith(p, end, "glpat-")) return true;
      return startsWith(p, end, "gh") && load<u8>(p, 3) == UNDERSCORE && isAnyOf(load<u8>(p, 2), "pousr");
    case 0x68: // h
      if (length != 3 || next != POINT || !isWordByte(byteAt(end + 1))) return false;
      return isAscii(p, end, "hvs") || isAscii(p, end, "hvb");
    case 0x6e: // n
      return length >= 40 && startsWith(p, end, "npm_");
    case 0x72: // r
      return length >= 16 && startsWith(p, end, "rk_live_");
    case 0x73: // s
      return length >= 16 && startsWith(p, end, "sk_live_");
    case 0x53: // S
      return length == 2 && next == POINT && isAscii(p, end, "SG") && runOfWord(end + 1) >= 16;
    case 0x78: // x
      return length >= 15 && startsWith(p, end, "xox") && load<u8>(p, 4) == MINUS && isAnyOf(load<u8>(p, 3), "abprs");
    case 0x79: // y
      return length == 4 && next == POINT && isAscii(p, end, "ya29") && runOfWord(end + 1) >= 10;
  }
  return false;
}

/** The whole key: its words with the points between them. */
export function toKeyEnd(p: usize): usize {
  while (isWordByte(byteAt(p)) || byteAt(p) == POINT) p++;
  return p;
}

/** Whether the word `[p, end)`, which stands behind a `$`, begins a hash of crypt(5): `$6$…`, `$y$…`, `$2b$…`, `$argon2id$…`. */
export function isCrypt(p: usize, end: usize): bool {
  if (byteAt(end) != DOLLAR) return false;
  const length = end - p;
  if (length == 1) return isAnyOf(load<u8>(p), "156y7");
  if (length == 2) return load<u8>(p) == 0x32 || isAscii(p, end, "gy");
  return startsWith(p, end, "argon2") || isAscii(p, end, "scrypt");
}

/** Past a hash of crypt(5). */
export function toCryptEnd(p: usize): usize {
  while (isWordByte(byteAt(p)) || isAnyOf(byteAt(p), "$./,=+")) p++;
  return p;
}
