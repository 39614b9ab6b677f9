// A text as the rules of redaction see it: words, NAMEs, quotes, lines.
import type { Names } from './names.js';

/** Where something begins and ends. */
export type Span = readonly [start: number, end: number];

/** What a rule found: where it began to read, and what it masks. */
export interface Found {
  readonly at: number;
  readonly masks: readonly Span[];
}

/** A word; behind a backslash also what it is without the letter of an escape. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface View {
  readonly text: string;
  /** All words as they are written. */
  readonly words: readonly Word[];
  /** The words that are NAMEs. */
  readonly names: readonly Word[];
  readonly isName: Names['isName'];
  /** `program option` of the option `names`. */
  readonly programs: readonly string[];
}

/** What a word is made of, for use inside of a character class. */
export const IN_WORD = String.raw`A-Za-z0-9_\-\u0080-\uffff`;
/** Escape sequences of terminals and what separates the parts of a state's key are no part of words. */
const WORD = new RegExp(String.raw`\u001b\[[0-9;]*[A-Za-z]|_\|-|(?:(?!_\|-)[${IN_WORD}])+`, 'g');

/** A word, and behind a backslash what stands behind the letter of an escape: `\npsk`, `\u003dpsk`. */
export function readings({ start, end, text }: Word, whole: string): Word[] {
  const readings = [{ start, end, text }];
  if (whole[start - 1] !== '\\') return readings;
  const skipped = /^u[0-9A-Fa-f]{4}/.test(text) ? 5 : 1;
  if (text.length > skipped) readings.push({ start: start + skipped, end, text: text.slice(skipped) });
  return readings;
}

export function viewOf(text: string, names: Names, programs: readonly string[]): View {
  const words = [...text.matchAll(WORD)]
    .filter(([word]) => !word.startsWith('\u001b') && word !== '_|-')
    .map((match) => ({ start: match.index, end: match.index + match[0].length, text: match[0] }));
  const named = words.flatMap((word) => {
    const found = readings(word, text).find((reading) => names.isName(reading.text));
    return found ? [found] : [];
  });
  return { text, words, names: named, isName: names.isName, programs };
}

/** A text without white space around it. */
export function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');
}

/** Where a pattern (with the flag `y`) matches at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where the line of a place begins. */
export function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}

/** Where the line of a place ends: at its line feed or carriage return. */
export function lineEnd(text: string, at: number): number {
  const found = text.slice(at).search(/[\r\n]/);
  return found < 0 ? text.length : at + found;
}

/** A quote with the backslashes before it. */
export interface Quote {
  readonly char: string;
  readonly backslashes: number;
}

/** The quote that stands directly before a place. */
export function quoteBefore(text: string, at: number): Quote | null {
  const [, backslashes = '', char] = /(\\*)(["'`])$/.exec(text.slice(Math.max(0, at - 64), at)) ?? [];
  return char === undefined ? null : { char, backslashes: backslashes.length };
}

/**
 * Where a text in quotes ends, and where what stands behind its closing quote begins. Both are the end where none
 * closes it.
 */
export interface Closing {
  readonly end: number;
  readonly after: number;
}

/**
 * The quote that closes one. Each level of nesting doubles backslashes and adds one: where the opening quote has n, a
 * quote closes it that has n behind an even number of (n + 1), as has one with fewer than n, which is of an outer
 * level.
 */
export function closingQuote(text: string, from: number, { char, backslashes: n }: Quote): Closing {
  for (const match of text.slice(from).matchAll(new RegExp(String.raw`(\\*)${char}`, 'g'))) {
    const m = (match[1] ?? '').length;
    const end = from + match.index;
    if (m < n) return { end, after: end };
    if (m % (n + 1) === n && Math.floor(m / (n + 1)) % 2 === 0)
      return { end: end + m - n, after: end + match[0].length };
  }
  return { end: text.length, after: text.length };
}

/** The same, where a doubled quote, and one that a shell sticks to the next (`'a'\''b'`, `"a"b`), is no end. */
export function closingOfValue(text: string, from: number, quote: Quote): Closing {
  for (let closing = closingQuote(text, from, quote); ;) {
    const { after } = closing;
    if (after === closing.end) return closing;
    const opening = '\\'.repeat(quote.backslashes) + quote.char;
    const behind = text.slice(after, after + 128);
    const shell = `\\'${opening}`;
    if (behind.startsWith(opening)) closing = closingQuote(text, after + opening.length, quote);
    else if (quote.char === "'" && quote.backslashes === 0 && behind.startsWith(shell))
      closing = closingQuote(text, after + shell.length, quote);
    else {
      const stuck = matchAt(/(?!_\|-)[A-Za-z0-9_\u0080-\uffff$](?:(?!_\|-)[^ \t\r\n"'`,;)\]}\\])*/y, text, after);
      return stuck ? { end: after + stuck[0].length, after: after + stuck[0].length } : closing;
    }
  }
}

/** Where a bracket that opens at a place is closed, quoted texts left out; the end where it is not. */
export function closingBracket(text: string, at: number): number {
  const open: string[] = [];
  for (let here = at; here < text.length; here++) {
    const char = text[here] ?? '';
    const quote = matchAt(/(\\*)(["'`])/y, text, here);
    if (quote) {
      const [all, backslashes = '', mark = ''] = quote;
      here = closingQuote(text, here + all.length, { char: mark, backslashes: backslashes.length }).after - 1;
    } else if (char === '\\') {
      while (text[here + 1] === '\\') here++;
    } else if ('[{('.includes(char)) open.push(char);
    else if (']})'.includes(char)) {
      open.pop();
      if (open.length === 0) return here + 1;
    }
  }
  return text.length;
}

const LITERAL = /^(?:true|false|yes|no|on|off|none|null|nil|undefined)$/i;
const PATH = /^(?:\/|\.\/|~\/|[A-Za-z]:\\)/;

/** Whether a value is none to mask: nothing, a literal, or what a policy name has. */
export function stays(value: string, isPolicy: boolean): boolean {
  const bare = value.replace(/^[ \t\r\n"'`\\]+/, '').replace(/[ \t\r\n"'`\\,;)\]}]+$/, '');
  if (/^[[{(]?$/.test(bare) || LITERAL.test(bare)) return true;
  return isPolicy && (/^[0-9.]+[A-Za-z]{0,2}$/.test(bare) || PATH.test(bare) || /^[^@]*:\/\/[^@]*$/.test(bare));
}

/** Whether a token has a letter and a digit, and so many bytes. */
export function isMixed(token: string, bytes: number): boolean {
  return /[A-Za-z]/.test(token) && /[0-9]/.test(token) && Buffer.byteLength(token) >= bytes;
}
