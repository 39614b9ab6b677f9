// One object of the options file: its members, asked for one by one. Every mistake is named as soon as it is found.
// Start-up only, and so are its globals.
import { BACKSLASH, OPEN_BRACE, SPACE, ZERO, hexDigit } from "../bytes/chars";
import { partsOf, stringOf } from "./text";
import { complain } from "./wasi";

export const FILE_NAME = "saltflat.json";

/** How many mistakes were found. */
export let mistakes = 0;

export function mistake(what: string): void {
  mistakes++;
  complain(FILE_NAME + ": " + what);
}

/** How many names of globs there are in all lists. */
export let listEntries = 0;

/** One object of the file: its members as their JSON text, and which of them were asked for. */
export class Members {
  names: string[] = [];
  private texts: string[] = [];
  asked: string[] = [];

  /** `path`: what stands before a member's name in messages, its point included. */
  constructor(
    text: string,
    public path: string,
  ) {
    const parts = partsOf(text);
    for (let i = 0; i < parts.length; i += 2) {
      this.names.push(parts[i]);
      this.texts.push(parts[i + 1]);
    }
  }

  /** The JSON text of a member, or null where it is absent. */
  take(name: string): string | null {
    this.asked.push(name);
    return this.has(name) ? this.get(name) : null;
  }

  has(name: string): bool {
    return this.names.includes(name);
  }

  /** The JSON text of a member that is there. */
  get(name: string): string {
    return this.texts[this.names.indexOf(name)];
  }

  wrong(name: string, allowed: string): void {
    mistake(this.path + name + ": expected " + allowed + ", not " + shorten(this.get(name)));
  }

  /** One of `words`, as its index. */
  word(name: string, words: string[]): i32 {
    const text = this.take(name);
    if (text === null) return 0;
    if (text.charCodeAt(0) == 0x22) {
      const index = words.indexOf(stringOf(text));
      if (index >= 0) return index;
    }
    this.wrong(name, 'one of "' + words.join('", "') + '"');
    return 0;
  }

  flag(name: string, otherwise: bool): bool {
    const text = this.take(name);
    if (text === null) return otherwise;
    if (text == "true") return true;
    if (text != "false") this.wrong(name, "true or false");
    return false;
  }

  /** A whole number from `least` on; 0 where there is none. */
  bytes(name: string, least: u32): u32 {
    const text = this.take(name);
    if (text === null) return 0;
    const value = wholeNumber(text);
    if (value >= least) return value;
    this.wrong(name, "a whole number of bytes from " + least.toString() + " to 999999999");
    return 0;
  }

  /** A list of strings that are not empty; null where it is absent or wrong. */
  strings(name: string, what: string): string[] | null {
    const text = this.take(name);
    if (text === null) return null;
    const list: string[] = [];
    if (text.charCodeAt(0) != 0x5b) {
      this.wrong(name, "a list of " + what);
      return null;
    }
    const items = partsOf(text);
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (item.charCodeAt(0) == 0x22 && item.length > 2) list.push(stringOf(item));
      else {
        const place = this.path + name + "[" + i.toString() + "]";
        mistake(place + ": expected a string that is not empty, not " + shorten(item));
      }
    }
    return list;
  }

  globs(name: string): string[] {
    const list = this.strings(name, "globs");
    if (list === null) return [];
    listEntries += list.length;
    return list;
  }

  isEmptyList(name: string): bool {
    const text = this.get(name);
    return text.charCodeAt(0) == 0x5b && partsOf(text).length == 0;
  }

  /** The object that a member is, or null. */
  object(name: string, allowed: string): Members | null {
    const text = this.take(name);
    if (text === null) return null;
    if (text.charCodeAt(0) == OPEN_BRACE) return new Members(text, this.path + name + ".");
    this.wrong(name, allowed);
    return null;
  }

  /** Every member that nobody asked for is a mistake. */
  close(): void {
    const names = this.names;
    for (let i = 0; i < names.length; i++) {
      if (this.asked.includes(names[i])) continue;
      mistake(this.path + shorten(names[i]) + ": unknown member; allowed: " + this.asked.join(", "));
    }
  }
}

/** The value of up to nine digits; 0 for anything else. */
function wholeNumber(text: string): u32 {
  let value: u32 = 0;
  if (text.length > 9) return 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}

/** Letters of the escapes of control characters, from 8 on. */
const CONTROLS = "btn fr";

/** Whether half of a pair of surrogates stands at `i` of a text. */
function isHalf(text: string, i: i32): bool {
  const c = text.charCodeAt(i);
  if ((c & 0xf800) != 0xd800) return false;
  return c < 0xdc00 ? (text.charCodeAt(i + 1) & 0xfc00) != 0xdc00 : (text.charCodeAt(i - 1) & 0xfc00) != 0xd800;
}

/** A text for a message: of one line, and not too long; its escapes are those of JSON, quotes stand as they are. */
export function shorten(text: string): string {
  if (text.length > 40) text = text.substring(0, 40) + "…";
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const letter = CONTROLS.charAt(c - 8);
    if (c == BACKSLASH) shown += "\\\\";
    else if (letter > " ") shown += "\\" + letter;
    else if (c < <i32>SPACE || isHalf(text, i)) {
      shown += "\\u";
      for (let shift = 12; shift >= 0; shift -= 4) shown += String.fromCharCode(hexDigit(<u8>((c >> shift) & 15)));
    } else shown += text.charAt(i);
  }
  return shown;
}
