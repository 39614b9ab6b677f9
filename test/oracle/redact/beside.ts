// Values that stand beside a NAME without a delimiter: options, directives, elements of XML. From docs/redaction.md,
// "options", "blanks" and "xml".
import { isPolicyName } from './names.js';
import { spacedValue } from './values.js';
import {
  type Found,
  IN_WORD,
  type View,
  isMixed,
  lineEnd,
  lineStart,
  matchAt,
  quoteBefore,
  readings,
  stays,
  trimmed,
} from './view.js';

const BEHIND_OPTION = /(?:[ \t]+|[ \t]+\\(?:\r?\n|\r)[ \t]*)(?![ \t\r\n\\]|--|[:=])/y;

/** `--token x`, `-storepass x`. */
export function* options({ text, words, isName }: View): Iterable<Found> {
  for (const { start, end, text: word } of words.flatMap((each) => readings(each, text))) {
    if (!isName(word) || text.startsWith('\\-', start - 1)) continue; // a manual page's hyphen begins no option
    const option = word.replace(/^[\u0080-\uffff]+/, '');
    const isFirst = /^[ \t]*$/.test(text.slice(lineStart(text, start), start));
    if (!option.startsWith('--') && !(option.startsWith('-') && !isFirst)) continue;
    const blanks = matchAt(BEHIND_OPTION, text, end);
    if (!blanks) continue;
    const at = end + blanks[0].length;
    const [from, to] = spacedValue(text, at, quoteBefore(text, start));
    if (to > from && !stays(text.slice(from, to), isPolicyName(word))) yield { at: start, masks: [[from, to]] };
  }
}

const FLAGS = /[ \t]+(?:-[^ \t\r\n]*[ \t]+){0,2}(?=[^ \t\r\n])/y;

/** `requirepass x`, `secret "x";`. */
export function* blanks({ text, names }: View): Iterable<Found> {
  for (const { start, end, text: word } of names) {
    if ('/.='.includes(text[start - 1] ?? ' ') || /^pass$/i.test(word)) continue;
    const flags = matchAt(FLAGS, text, end);
    if (!flags) continue;
    const at = end + flags[0].length;
    const quoted = matchAt(/(["'])([^ \t\r\n"']*)\1/y, text, at)?.[2] ?? '';
    if (quoted !== '') {
      if (isMixed(quoted, 6)) yield { at: start, masks: [[at + 1, at + 1 + quoted.length]] };
      continue;
    }
    const token = matchAt(/[^ \t\r\n"'`;,)\\]+/y, text, at)?.[0] ?? '';
    const isPlain = !/^(?:\/|[0-9]+[.:])/.test(token) && !/:\/\/|[=(]/.test(token);
    const before = text.slice(lineStart(text, start), start);
    const behind = text.slice(at + token.length, lineEnd(text, at));
    const isAlone = /^[+-]?[ \t]*$/.test(before) && /^[ \t]*;?[ \t]*$/.test(behind);
    const isOdd = Buffer.byteLength(token) >= 6 && /[0-9!@#$%^&*+]/.test(token);
    if (isPlain && (isMixed(token, 8) || (isAlone && isOdd))) yield { at: start, masks: [[at, at + token.length]] };
  }
}

const TAG = /<(?:[\w.-]+:)?([^ \t\r\n<>/="']+)([ \t\r\n][^<>]*)?>/g;
const NESTED = new RegExp(String.raw`(?:[ \t\r\n]|\\+[nrt])*[+-]?[ \t]*<[${IN_WORD}.:]+(?:[ \t\r\n][^<>]*)?>`, 'y');
const BESIDE = /<\/[^<>]*>(?:[ \t\r\n]|\\+[nrt])*[+-]?[ \t]*<(?:value|string)>/y;

/** The text of an element up to `</`, which has to be there. */
function content(at: number, text: string, from: number): Found[] {
  const found = matchAt(/[^<]*(?=<\/)/y, text, from);
  if (!found || stays(trimmed(found[0]), false)) return [];
  return [{ at, masks: [[from, from + found[0].length]] }];
}

/** `<password>x</password>` and its like. */
export function* xml({ text, names }: View): Iterable<Found> {
  const starts = new Set(names.map(({ start }) => start));
  const ends = new Set(names.map(({ end }) => end));
  for (const match of text.matchAll(TAG)) {
    const [all, element = '', attributes = ''] = match;
    if (all.endsWith('/>')) continue;
    const at = match.index;
    const nameStart = at + all.indexOf(element, all.startsWith(`<${element}`) ? 1 : all.indexOf(':'));
    const from = at + all.length;
    if (starts.has(nameStart) && ends.has(nameStart + element.length)) {
      const nested = matchAt(NESTED, text, from);
      yield* content(at, text, from);
      if (nested) yield* content(at, text, from + nested[0].length);
    } else if (attributes !== '') {
      const first = at + all.length - 1 - attributes.length;
      const values = [...attributes.matchAll(/\\*["'](?=[ \t\r\n/]|$)/g)].map(({ index }) => first + index);
      if (values.some((value) => ends.has(value))) yield* content(at, text, from);
    }
  }
  for (const { end, start } of names) {
    const beside = matchAt(BESIDE, text, end);
    if (beside) yield* content(start, text, end + beside[0].length);
  }
}
