// One object of the options file: its members, asked for one by one. Every mistake is named as soon as it is found.
// Start-up only, and so are its globals.
import { JSON } from "json-as/assembly"; // not 'json-as': tsc would follow that and check the library
import { BACKSLASH, OPEN_BRACE, QUOTE, ZERO } from "../bytes/chars";
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
  values: Map<string, JSON.Raw>;
  asked: string[] = [];

  /** `path`: what stands before a member's name in messages, its point included. */
  constructor(
    text: string,
    public path: string,
  ) {
    this.values = JSON.parse<Map<string, JSON.Raw>>(text);
  }

  /** The JSON text of a member, or null where it is absent. */
  take(name: string): string | null {
    this.asked.push(name);
    if (!this.values.has(name)) return null;
    return this.values.get(name).data.trim();
  }

  wrong(name: string, allowed: string): void {
    mistake(this.path + name + ": expected " + allowed + ", not " + shorten(this.values.get(name).data.trim()));
  }

  /** One of `words`, as its index. */
  word(name: string, words: string[]): i32 {
    const text = this.take(name);
    if (text === null) return 0;
    if (text.charCodeAt(0) == 0x22) {
      const index = words.indexOf(JSON.parse<string>(text));
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
    const items = JSON.parse<JSON.Raw[]>(text);
    for (let i = 0; i < items.length; i++) {
      const item = items[i].data.trim();
      if (item.charCodeAt(0) == 0x22 && item.length > 2) list.push(JSON.parse<string>(item));
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
    const text = this.values.get(name).data.trim();
    return text.charCodeAt(0) == 0x5b && JSON.parse<JSON.Raw[]>(text).length == 0;
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
    const names = this.values.keys();
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

/** A text for a message: of one line, and not too long. */
export function shorten(text: string): string {
  text = contentOf(text.length > 40 ? text.substring(0, 40) + "…" : text);
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) != BACKSLASH || text.charCodeAt(i + 1) != QUOTE) shown += text.charAt(i);
  }
  return shown;
}

/** A text as the content of a JSON string. */
export function contentOf(text: string): string {
  const quoted = JSON.stringify<string>(text);
  return quoted.substring(1, quoted.length - 1);
}
