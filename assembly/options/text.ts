// JSON that is known to be valid, as text: what the options file is taken apart with. Start-up only: allocates at will.
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_B,
  LOWER_F,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  LOWER_U,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SPACE,
  hexValue,
} from "../bytes/chars";

/** Past the string whose opening quote stands at `at`. */
function toStringEnd(text: string, at: i32): i32 {
  at++;
  while (text.charCodeAt(at) != QUOTE) at += text.charCodeAt(at) == BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Past the value at `at`. */
function toValueEnd(text: string, at: i32): i32 {
  let depth = 0;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c == QUOTE) at = toStringEnd(text, at) - 1;
    else if (c == OPEN_BRACE || c == OPEN_BRACKET) depth++;
    else if ((c == CLOSE_BRACE || c == CLOSE_BRACKET) && --depth < 0) return at;
    else if (c == COMMA && !depth) return at;
  }
  return at;
}

/** The parts of the object or list that the text is: for each member its name and its value, for each element its value. */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  const isObject = text.charCodeAt(0) == OPEN_BRACE;
  let at = 1;
  while (at < text.length) {
    const end = isObject ? text.indexOf('"', at) : toValueEnd(text, at);
    if (isObject) {
      if (end < 0) break;
      const nameEnd = toStringEnd(text, end);
      parts.push(stringOf(text.substring(end, nameEnd)));
      at = nameEnd;
      while (text.charCodeAt(at) != COLON) at++;
      at++;
      const valueEnd = toValueEnd(text, at);
      parts.push(text.substring(at, valueEnd).trim());
      at = valueEnd + 1;
    } else {
      const value = text.substring(at, end).trim();
      if (value.length) parts.push(value);
      at = end + 1;
    }
  }
  return parts;
}

/** What a letter behind a backslash stands for. */
function unescaped(c: i32): i32 {
  switch (<u8>c) {
    case LOWER_N:
      return 0x0a;
    case LOWER_T:
      return 0x09;
    case LOWER_R:
      return 0x0d;
    case LOWER_B:
      return 0x08;
    case LOWER_F:
      return 0x0c;
  }
  return c;
}

/** The text that a JSON string stands for. */
export function stringOf(json: string): string {
  let text = "";
  for (let at = 1; at < json.length - 1; at++) {
    let c = json.charCodeAt(at);
    if (c == BACKSLASH) {
      c = json.charCodeAt(++at);
      if (c == LOWER_U) {
        c = 0;
        for (let digit = 0; digit < 4; digit++) c = (c << 4) | (<i32>hexValue(<u8>json.charCodeAt(++at)));
      } else c = unescaped(c);
    }
    text += String.fromCharCode(c);
  }
  return text;
}

/** A text as the content of a JSON string. */
export function contentOf(text: string): string {
  let content = "";
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c == QUOTE || c == BACKSLASH) content += "\\" + String.fromCharCode(c);
    else if (c >= <i32>SPACE) content += String.fromCharCode(c);
    else if (c == 0x0a) content += "\\n";
    else if (c == 0x09) content += "\\t";
    else if (c == 0x0d) content += "\\r";
    else if (c == 0x08) content += "\\b";
    else if (c == 0x0c) content += "\\f";
    else content += "\\u00" + HEX.charAt(c >> 4) + HEX.charAt(c & 15);
  }
  return content;
}

const HEX = "0123456789abcdef";
