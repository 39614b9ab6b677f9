// Secrets known by what stands around them: SQL, URLs, schemes, lines. From docs/redaction.md, the groups of these
// names.
import { bareName } from './names.js';
import { type Found, IN_WORD, type View, closingQuote, isMixed, matchAt, readings } from './view.js';

/** What stands behind the first word of a statement, up to the quote. */
const SQL: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    identified: new RegExp(String.raw`[ \t]+(?:WITH[ \t]+[${IN_WORD}]+[ \t]+(?:BY|AS)|BY)[ \t]*(?=\\*["'])`, 'iy'),
    password: /(?:[ \t]+|[ \t]*\([ \t]*)(?=\\*')/y,
    secret: /(?:[ \t]+|[ \t]*\([ \t]*)(?=\\*')/y,
  }),
);

/** `IDENTIFIED BY 'x'`, `PASSWORD('x')`. */
export function* sql({ text, words }: View): Iterable<Found> {
  for (const word of words.flatMap((each) => readings(each, text))) {
    const statement = SQL.get(word.text.toLowerCase());
    const before = statement && matchAt(statement, text, word.end);
    if (!before) continue;
    const quote = word.end + before[0].length;
    const [all, backslashes = '', char = ''] = matchAt(/(\\*)(["'])/y, text, quote) ?? [''];
    const start = quote + all.length;
    const { end } = closingQuote(text, start, { char, backslashes: backslashes.length });
    if (end > start) yield { at: word.start, masks: [[start, end]] };
  }
}

/** `scheme://user:x@`, a token as the user. */
export function* urls({ text }: View): Iterable<Found> {
  for (const match of text.matchAll(/(?<=[A-Za-z0-9]):(?:\\*\/){2}/g)) {
    const at = match.index;
    const from = at + match[0].length;
    const authority = matchAt(/[^/?#"<>\\ \t\r\n]*/y, text, from)?.[0] ?? '';
    const info = authority.lastIndexOf('@');
    if (info >= 0) {
      const colon = authority.slice(0, info).indexOf(':');
      const user = colon < 0 ? info : colon;
      if (colon >= 0 && info > colon + 1) yield { at, masks: [[from + colon + 1, from + info]] };
      if (isMixed(authority.slice(0, user), 16)) yield { at, masks: [[from, from + user]] };
      continue;
    }
    const [, user = '', secret = ''] = matchAt(/([^:/?#"<>\\ \t\r\n[]*):([^?#"<>\\ \t\r\n@]*)@/y, text, from) ?? [];
    if (secret !== '' && !/^\d*(?:\/|$)/.test(secret))
      yield { at, masks: [[from + user.length + 1, from + user.length + 1 + secret.length]] };
  }
  for (const match of text.matchAll(/jdbc:oracle:thin:[^ \t\r\n"'<>/@]*\/([^ \t\r\n"'<>@]+)@/g)) {
    const end = match.index + match[0].length - 1;
    yield { at: match.index + 12, masks: [[end - (match[1] ?? '').length, end]] };
  }
}

/** Blanks, perhaps a quote, and a token that is no name. */
const TOKEN = /([ \t]+(?:\\*["'])?)([A-Za-z0-9\-._~+/=]+)/y;

/** `Bearer x`, `Basic x`. */
export function* schemes({ text, words }: View): Iterable<Found> {
  for (const word of words.flatMap((each) => readings(each, text))) {
    const scheme = bareName(word.text).toLowerCase();
    if (scheme !== 'bearer' && scheme !== 'basic') continue;
    const [, before = '', token = ''] = matchAt(TOKEN, text, word.end) ?? [];
    const start = word.end + before.length;
    if (token === '' || text[start + token.length] === ':' || /^tokens?$/i.test(token)) continue;
    const isLong = Buffer.byteLength(token) >= 8;
    if (scheme === 'bearer' || (isLong && (isMixed(token, 8) || /.[A-Z]|[+/=]/.test(token))))
      yield { at: word.start, masks: [[start, start + token.length]] };
  }
}

/** Lines of `.pgpass` and of pgbouncer's `userlist.txt`. */
export function* lines({ text }: View): Iterable<Found> {
  for (const match of text.matchAll(
    /(?<![^\r\n])([-+ ]?)(?:([^: \t\r\n]*:(?:\d{1,5}|\*):[^: \t\r\n]*:[^: \t\r\n]*:)([^: \t\r\n]+)|("[^"\r\n]*"[ \t]+")([^"\r\n]*)")[ \t]*(?![^\r\n])/g,
  )) {
    const [, mark = '', fields, password, first, second] = match;
    const secret = password ?? second ?? '';
    const start = match.index + mark.length + (fields ?? first ?? '').length;
    if (isMixed(secret, 6)) yield { at: match.index, masks: [[start, start + secret.length]] };
  }
}
