// A text taken apart: the documents that stand in it one behind the other, and what lies between them.
import { isObject, parse } from './json.js';

/** The deepest nesting that is read; the root is level 1. */
export const MAX_DEPTH = 512;
/** Fluent Bit takes a number that no double holds for infinite; the module reads null from the last power of ten on. */
const MAX_NUMBER = 1e308;

/** An object that stands in a text, alone or as TAG<TAB>JSON. */
export interface Document {
  readonly tag: string | null;
  /** Its JSON as it leaves: see `leaving`. */
  readonly json: string;
}

/**
 * A stretch of a text from where something begins to where the next begins; the first from the beginning, the last to
 * the end.
 */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Null: what is no document. */
  readonly document: Document | null;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const TOKEN = /"(?:[^"\\]|\\.)*"|[\r\n]|NaN|-?Infinity|-?\d[\d.eE+-]*/gs;

/** What a text has that does not leave as it is, and maybe one that does. */
const UNUSUAL = /[\r\n]|NaN|Infinity|\d[eE]|\d{308}/;

/**
 * A JSON text as it leaves: line feeds and carriage returns between tokens are spaces; what Python writes for numbers
 * that are none, and numbers that no double holds, are null. All else stays byte for byte.
 */
function leaving(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token;
    if (token === '\r' || token === '\n') return ' ';
    if (/[NI]/.test(token)) return 'null';
    return NUMBER.test(token) && Math.abs(Number(token)) >= MAX_NUMBER ? 'null' : token;
  });
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? 'x')) at++;
  return at;
}

/**
 * Where the object that begins at `start` closes by its brackets, and how deep it nests; null where it does not close.
 */
function closes(text: string, start: number): { end: number; deepest: number } | null {
  let depth = 0;
  let deepest = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if ((char === '}' || char === ']') && --depth === 0) return { end: at + 1, deepest };
  }
  return null;
}

/** The JSON of the object that begins at `start`, and its end; null where there is none. */
function objectAt(text: string, start: number): { json: string; end: number } | null {
  const closing = text[start] === '{' ? closes(text, start) : null;
  if (closing === null || closing.deepest > MAX_DEPTH) return null;
  const { end } = closing;
  const json = leaving(text.slice(start, end));
  try {
    parse(json);
  } catch {
    return null;
  }
  return { json, end };
}

/** TAG is all of a line up to the first tab. */
const TAGGED = /[^\t\n\r]+\t[ \t\n\r]*(?=\{)/y;

function documentAt(text: string, start: number): { document: Document; end: number } | null {
  let tag: string | null = null;
  let at = start;
  if (text[start] !== '{') {
    TAGGED.lastIndex = start;
    const [head] = TAGGED.exec(text) ?? [];
    if (head === undefined) return null;
    tag = head.slice(0, head.indexOf('\t'));
    at = start + head.length;
  }
  const object = objectAt(text, at);
  return object === null ? null : { document: { tag, json: object.json }, end: object.end };
}

const MARKS = /\{"(?:data|tag)":/g;

/**
 * Where reading goes on behind a text that stops being JSON: at the first event as `rawfile_json` writes it, with
 * `data` and `tag`, that has no comma and no closing bracket behind it. What has one lies in what is broken: a minion
 * that returns such an object, and something behind it that Salt cannot write, does not speak for another.
 */
function nextEvent(text: string, behind: number): number | null {
  for (const { index: at } of text.matchAll(MARKS)) {
    if (at <= behind) continue;
    const object = objectAt(text, at);
    if (object === null) continue;
    if (/[,\]}]/.test(text[skipBlanks(text, object.end)] ?? '')) continue;
    const { data, tag } = parse(object.json) as Record<string, unknown>;
    if (isObject(data) && typeof tag === 'string') return at;
  }
  return null;
}

/**
 * The pieces of a text, white space around documents and a BOM before all left out of account; none where nothing else
 * is in it.
 */
export function piecesOf(text: string): Piece[] {
  const found: { start: number; document: Document | null }[] = [];
  for (let at = skipBlanks(text, text.startsWith('\ufeff') ? 1 : 0); at < text.length;) {
    const here = documentAt(text, at);
    found.push({ start: at, document: here?.document ?? null });
    at = here === null ? (nextEvent(text, at) ?? text.length) : skipBlanks(text, here.end);
  }
  return found.map(({ start, document }, index) => ({
    start: index === 0 ? 0 : start,
    end: found[index + 1]?.start ?? text.length,
    document,
  }));
}
