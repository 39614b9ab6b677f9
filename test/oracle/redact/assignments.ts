// The value of a NAME behind a delimiter. From docs/redaction.md, "assignments".
import { bareName, isKeyName, isPolicyName, looksRandom } from './names.js';
import { blockEnd, closedValue, outerEnd, quotedAt, restOfLine, spacedValue } from './values.js';
import {
  type Found,
  IN_WORD,
  type Quote,
  type Span,
  type View,
  type Word,
  isMixed,
  lineStart,
  matchAt,
  quoteBefore,
  stays,
  trimmed,
} from './view.js';

const EQUALS = /(?:=>|={1,3}(?![=~])|:{1,3}=|[?+.|]=)/y;
const TYPED = new RegExp(String.raw`[ \t]+[${IN_WORD}]+[ \t]*:?=[ \t]*(?=(?:[uUbBrRfF]{1,2}|[$@])?\\*["'${'`'}])`, 'y');
const ARCHITECTURE = /(?:amd64|arm64|i386|armhf|armel|ppc64el|s390x|riscv64)(?=[ \t\r\n(,=]|$)/y;
const SERVICE = /^[ \t\r\n]*(?:files|compat|db|nis|nisplus|sss|systemd|ldap|winbind|cache)\b/;
const REASONS =
  /^(?:must|is|was|has|not|cannot|required|invalid|incorrect|missing|expired|failed|waiting|unable|denied)$/i;
/** Between a NAME that is a value and the `value` beside it. */
const SIBLING = /(?:\\*["'`])?(?:(?:[ \t\r\n,]|\\+[nrt])+(?:[+\- ]*)(?:\\*["'`])?)value(?:\\*["'`])?[ \t]*[:=][ \t]*/iy;

/** A colour or another escape sequence of a terminal. */
const ESCAPE = new RegExp(String.raw`\u001b\[[0-9;]*[A-Za-z]`, 'g');

/** A NAME and the quotes around it. */
interface Place {
  readonly view: View;
  readonly name: Word;
  /** A quote that stands directly before the name and is not closed behind it. */
  readonly outer: Quote | null;
  /** Whether a quote stands directly behind the name. */
  readonly isQuoted: boolean;
}

function kept({ name }: Place, value: string): boolean {
  if (bareName(name.text).toLowerCase() === 'passwd' && SERVICE.test(value)) return true;
  return stays(value, isPolicyName(name.text)) || /^ConvertTo-SecureString$/i.test(trimmed(value));
}

function one(place: Place, [start, end]: Span): Span[] {
  return end <= start || kept(place, place.view.text.slice(start, end)) ? [] : [[start, end]];
}

/** Whether words stand before NAME in its line that make it a sentence. */
function isSentence({ view: { text }, name, outer, isQuoted }: Place): boolean {
  if (outer !== null || isQuoted) return false;
  const line = text.slice(lineStart(text, name.start), name.start);
  const before = line
    .replace(/^.*\\[nr]/s, '')
    .replaceAll(ESCAPE, '')
    .replaceAll(/\\+t/g, ' ')
    .replace(new RegExp(String.raw`(?:[${IN_WORD}]+\.)+$`), '');
  if (/[{,;&?+][ \t\r\n]*$/.test(before)) return false;
  return /[A-Za-z0-9\u0080-\uffff]/.test(before.replace(/^[-+* \t\r\n]*(?:(?:export|set)[ \t\r\n])?/, ''));
}

/** Behind `NAME:`. */
function lineValue(place: Place, colon: number): Span[] {
  const { view, name, outer, isQuoted } = place;
  const { text } = view;
  const at = colon + 1;
  if (text[name.start - 1] === '/' || matchAt(ARCHITECTURE, text, at)) return [];
  const blanks = (matchAt(isQuoted ? /[ \t\r\n]*/y : /[ \t]*/y, text, at)?.[0] ?? '').length;
  if (bareName(name.text) === 'pass' && blanks === 0 && /[ \t"'`]/.test(text[name.start - 1] ?? 'x'))
    return one(place, spacedValue(text, at, outer));
  const closed = closedValue(text, at + blanks, outer, !isQuoted);
  if (closed) return one(place, closed);
  const plain = isQuoted
    ? matchAt(/(-?[0-9][0-9A-Za-z.+-]*|[A-Za-z]+)[ \t]*(?=[,\]}\r\n]|$)/y, text, at + blanks)
    : null;
  if (plain && (/^-?[0-9]/.test(plain[0]) || kept(place, plain[0])))
    return one(place, [at + blanks, at + blanks + (plain[1] ?? '').length]);
  const sameLine = (matchAt(/[ \t]*/y, text, at)?.[0] ?? '').length;
  const [start, end] = restOfLine(text, at + sameLine, outer);
  const value = text.slice(start, end);
  const tokens = value.split(/[ \t\r\n]+/).filter((token) => token !== '');
  const isEnd = outerEnd(text, start, outer) === end;
  const isList = tokens.length === 0 && matchAt(/[ \t\r\n]*-[ \t]/y, text, end) !== null;
  if (!isList && isSentence(place))
    return tokens.length < 3 ? one(place, [start, end]) : sentenceValues(text, start, end);
  if (tokens.length === 0) {
    const block = isEnd ? end : blockEnd(text, name.start, end, true, outer);
    return block > end ? [[at, block]] : [];
  }
  if (tokens.length > 1 && REASONS.test(tokens[0] ?? '')) return [];
  if (kept(place, value)) return [];
  const goesOn = outer === null || (/^[|>][-+0-9]*[ \t\r\n]*$/.test(value) && !isEnd);
  return [[start, goesOn ? blockEnd(text, name.start, end, false, outer) : end]];
}

/** In a sentence only what looks like a secret. */
function sentenceValues(text: string, start: number, end: number): Span[] {
  return [...text.slice(start, end).matchAll(/[^ \t\r\n]+/g)]
    .filter(([token]) => isMixed(token, 6) && !token.startsWith('/') && !token.includes('://'))
    .map((match) => [start + match.index, start + match.index + match[0].length]);
}

function valuesOf(place: Place): Span[] {
  const { view, name, outer, isQuoted } = place;
  const { text } = view;
  const call = matchAt(/\((?=\\*["'`])/y, text, name.end);
  if (call) {
    const quoted = quotedAt(text, name.end + 1);
    if (quoted) return one(place, [quoted.start, quoted.end]);
  }
  const typed = text[name.start - 1] === '<' ? null : matchAt(TYPED, text, name.end);
  if (typed) return one(place, spacedValue(text, name.end + typed[0].length, null));
  const behind = matchAt(/(\\*["'`])([\])}]*)|[\]}]*/y, text, name.end)?.[0] ?? '';
  const closed = name.end + behind.length;
  const delimiter = closed + (matchAt(/[ \t]*/y, text, closed)?.[0] ?? '').length;
  const equals = matchAt(EQUALS, text, delimiter);
  if (equals) {
    const from = delimiter + equals[0].length;
    const blanks = (matchAt(/[ \t]*/y, text, from)?.[0] ?? '').length;
    return one(place, spacedValue(text, from + blanks, outer));
  }
  const percent = isQuoted ? null : matchAt(/%3[AaDd]([^ \t\r\n&"'`\\]+)/y, text, delimiter);
  if (percent) return one(place, [delimiter + 3, delimiter + percent[0].length]);
  if (matchAt(/:(?![:=])/y, text, delimiter)) return lineValue(place, delimiter);
  if (isQuoted && closed === delimiter && !/[\])}]/.test(behind)) return listed(place, closed);
  return [];
}

/** `define('NAME', 'x')`: the quoted text behind a comma, unless it is a name itself. */
function listed(place: Place, at: number): Span[] {
  const {
    view: { text },
    name,
  } = place;
  const before = text.slice(Math.max(0, name.start - 128), name.start).replace(/[A-Za-z0-9_.-]*$/, '');
  const comma = matchAt(/,[ \t\r\n]*/y, text, at);
  if (!comma || quoteBefore(before, before.length) === null) return [];
  const quoted = quotedAt(text, at + comma[0].length);
  if (!quoted || matchAt(/[ \t\r\n]*[:=]/y, text, quoted.after)) return [];
  return one(place, [quoted.start, quoted.end]);
}

/** `name: NAME` and `value: x` beside it. */
function sibling(view: View, name: Word): Span[] {
  const { text } = view;
  const before = text.slice(Math.max(0, name.start - 64), name.start);
  if (!/[:=][ \t]*(?:\\*["'`])?$/.test(before)) return [];
  const found = matchAt(SIBLING, text, name.end);
  if (!found) return [];
  const at = name.end + found[0].length;
  const place = { view, name, outer: null, isQuoted: false };
  return one(
    place,
    /=[ \t]*$/.test(found[0])
      ? spacedValue(text, at, null)
      : (closedValue(text, at, null, false) ?? restOfLine(text, at, null)),
  );
}

export function* assignments(view: View): Iterable<Found> {
  const { text } = view;
  for (const name of view.names) {
    const isQuoted = matchAt(/\\*["'`]/y, text, name.end) !== null;
    const outer = isQuoted ? null : quoteBefore(text, name.start);
    yield { at: name.start, masks: valuesOf({ view, name, outer, isQuoted }) };
    yield { at: name.start, masks: sibling(view, name) };
  }
}

/** A delimiter behind a name that ends with `key`, and a value of the characters of keys. */
const KEY_VALUE = new RegExp(
  String.raw`(?:\\*["'${'`'}][\])}]*|[\]}]*)[ \t]*(?:${EQUALS.source}|:(?!:))[ \t]*(?:\\*["'${'`'}])?` +
    String.raw`((?:(?!_\|-)[A-Za-z0-9_\-+/=.~:|?@%])+)`,
  'y',
);

/** The values of names that end with `key` or `auth`, where they look like keys. */
export function* keys(view: View): Iterable<Found> {
  const { text } = view;
  const names = new Set(view.names.map(({ end }) => end));
  for (const name of view.words.filter((word) => isKeyName(word.text) && !names.has(word.end))) {
    const found = matchAt(KEY_VALUE, text, name.end);
    const value = (found?.[1] ?? '').replace(/[.:?]+$/, '');
    const start = name.end + (found?.[0] ?? '').length - (found?.[1] ?? '').length;
    if (looksRandom(value)) yield { at: name.start, masks: [[start, start + value.length]] };
  }
}
