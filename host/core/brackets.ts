// Where an object ends in its JSON text: brackets are counted outside of strings, nothing else is looked at.

// Its own, as every file's: constants of another module cost this loop 40 % (Node 20 does not fold them).
const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Counts brackets over the pieces of one text. A string may be cut anywhere; the next piece goes on in it. */
export class Brackets {
  /** How many objects and arrays are open. */
  depth = 0;
  /** Whether the text so far ends inside a string. */
  isInString = false;
  /** Whether what was read of that string ends with an odd run of backslashes. */
  #isEscaped = false;

  /** Reads on. Returns the address past the bracket that closes the outermost value, or -1 where none does. */
  read(bytes: Uint8Array, start = 0): number {
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.isInString || byte === QUOTE) {
        at = this.#closingQuote(bytes, this.isInString ? at : at + 1);
        if (at < 0) return -1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.depth === 0) return at + 1;
    }
    return -1;
  }

  /** The address of the quote that ends the string in which `from` lies; -1 where the next piece goes on in it. */
  #closingQuote(bytes: Uint8Array, from: number): number {
    for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 1))
      if (!this.#isEscapedAt(bytes, from, at)) {
        this.isInString = this.#isEscaped = false;
        return at;
      }
    this.#isEscaped = this.#isEscapedAt(bytes, from, bytes.length);
    this.isInString = true;
    return -1;
  }

  /** Whether an odd run of backslashes stands before `at`, those that the piece before ended with included. */
  #isEscapedAt(bytes: Uint8Array, from: number, at: number): boolean {
    let run = at;
    while (run > from && bytes[run - 1] === BACKSLASH) run--;
    const isOdd = (at - run) % 2 === 1;
    return run === from ? isOdd !== this.#isEscaped : isOdd;
  }
}
