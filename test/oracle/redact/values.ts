// What a value is: where it begins and ends behind a delimiter or an option. From docs/redaction.md, "assignments".
import { pemEnd } from './pem.js';
import {
  type Closing,
  type Quote,
  type Span,
  closingBracket,
  closingOfValue,
  closingQuote,
  lineEnd,
  matchAt,
  trimmed,
} from './view.js';

const OPENING = /(?:[uUbBrRfF]{1,2}|[$@])?(\\*)(["'`])/y;
/** Up to white space, or to where a part of a state's key ends. */
const PLAIN = /(?:(?!_\|-)[^ \t\r\n])*/y;
/** `Bearer x`, `Basic x`. */
const SCHEME = /(?:bearer|basic)[ \t]+[A-Za-z0-9\-._~+/=]+/iy;

/** A value in quotes: where its text begins, and how it is closed. */
export interface Quoted extends Closing {
  readonly start: number;
  readonly quote: Quote;
}

/** The value in quotes that begins at a place, perhaps with `u` or `$` before it. */
export function quotedAt(text: string, at: number): Quoted | null {
  const opening = matchAt(OPENING, text, at);
  if (!opening) return null;
  const [all, backslashes = '', char = ''] = opening;
  const quote = { char, backslashes: backslashes.length };
  const start = at + all.length;
  return { start, quote, ...closingOfValue(text, start, quote) };
}

/** Where the quote is that closes one which began before NAME; infinity where none did. */
export function outerEnd(text: string, from: number, outer: Quote | null): number {
  return outer === null ? Infinity : closingQuote(text, from, outer).end;
}

/** Whether behind a value in quotes or brackets nothing more of it stands in its line. */
function isOver(text: string, after: number): boolean {
  return matchAt(/[ \t]*(?:$|[\r\n,)\]}"'`#\\]|;[ \t]*(?:$|[\r\n]))/y, text, after) !== null;
}

/**
 * A PEM block, a quoted or a bracketed value at a place; null where none begins there. `isLine`: only if the line ends
 * with it.
 */
export function closedValue(text: string, at: number, outer: Quote | null, isLine: boolean): Span | null {
  const end = pemEnd(text, at);
  if (end !== null) return [at, end];
  const quoted = quotedAt(text, at);
  if (quoted) {
    const key = pemEnd(text, quoted.start);
    if (key !== null) return [quoted.start, Math.max(key, quoted.end)];
    if (isSame(quoted.quote, outer) && quoted.start > outerEnd(text, at, outer) && isClosing(text, quoted.start))
      return [at, at];
    return isLine && !isOver(text, quoted.after) ? null : [quoted.start, quoted.end];
  }
  if (!'[{('.includes(text[at] ?? 'x')) return null;
  const after = closingBracket(text, at);
  if (isOver(text, after)) return [at, after];
  return isLine ? null : [at, after + (matchAt(PLAIN, text, after)?.[0] ?? '').length];
}

function isSame(quote: Quote, outer: Quote | null): boolean {
  return quote.char === outer?.char && quote.backslashes === outer.backslashes;
}

/** Whether what stands behind a quote says that it closed something. */
function isClosing(text: string, behind: number): boolean {
  return matchAt(/$|[ \t\r\n,;)\]}]/y, text, behind) !== null;
}

/** A value up to white space, or that is closed otherwise. */
export function spacedValue(text: string, at: number, outer: Quote | null): Span {
  const closed = closedValue(text, at, outer, false);
  if (closed) return closed;
  const scheme = matchAt(SCHEME, text, at);
  const plain = matchAt(PLAIN, text, at);
  const end = at + (scheme ?? plain ?? [''])[0].length;
  return [at, Math.max(at, Math.min(end, outerEnd(text, at, outer)))];
}

/** Where a value of YAML ends that begins in a line: with the lines below that belong to it. */
export function blockEnd(text: string, name: number, end: number, isEmpty: boolean, outer: Quote | null): number {
  const line = text.slice(text.lastIndexOf('\n', name - 1) + 1);
  const hasMark = outer === null && (/^[-+ ]/.test(line) || text[name - 1] === '+');
  const indentation = (of: string): number => /^[ \t]*/.exec(of)?.[0].length ?? 0;
  const own = outer === null ? (/^(?:[ \t]*-[ \t]+)*[ \t]*/.exec(line.slice(hasMark ? 1 : 0))?.[0].length ?? 0) : 0;
  let last = end;
  let here = text.startsWith('\r\n', end) ? end + 1 : end;
  while (text[here] === '\n') {
    const next = text.indexOf('\n', here + 1);
    const stop = next < 0 ? text.length : next;
    const content = text.slice(here + 1, stop).replace(hasMark ? /^[-+ ]/ : '', '');
    here = stop;
    if (trimmed(content) === '') continue;
    const depth = indentation(content);
    const isItem = isEmpty && depth === own && /^-(?:[ \t\r\n]|$)/.test(trimmed(content));
    if (depth <= own && !isItem) break;
    last = stop;
  }
  return last;
}

/** The rest of a line, what an outer quote closes left out. */
export function restOfLine(text: string, at: number, outer: Quote | null): Span {
  const key = text.indexOf('_|-', at);
  return [at, Math.max(at, Math.min(lineEnd(text, at), outerEnd(text, at, outer), key < 0 ? Infinity : key))];
}
