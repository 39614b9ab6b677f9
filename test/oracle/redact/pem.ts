// Private keys: PEM blocks, OpenVPN's static keys, PuTTY's. From docs/redaction.md, "pem".
import { type Found, type View, matchAt } from './view.js';

const TITLE = String.raw`[^-\r\n]*(?:PRIVATE KEY|OpenVPN Static key)[^-\r\n]*`;
const BEGIN = new RegExp(String.raw`-----BEGIN ${TITLE}-----(?=\\+[nr]|[\r\n ])`, 'y');
const END = /-----END [^-\r\n]*-----/y;
const BASE64_LINE = /^[A-Za-z0-9+/= \t\r\n"',\\]*$/;
const HEADER = /^[ \t\r\n]*(?:Proc-Type|DEK-Info|Comment|Version):/;

/** Where the key ends whose title begins at a place; null where none does. */
export function pemEnd(text: string, at: number): number | null {
  const begin = matchAt(BEGIN, text, at);
  if (!begin) return null;
  const from = at + begin[0].length;
  const next = text.slice(from).search(/-----(?:BEGIN|END)/);
  const end = next < 0 ? null : matchAt(END, text, from + next);
  if (end) return end.index + end[0].length;
  let here = from;
  for (const line of text.slice(from).split(/(\\+[nr]|[\r\n])/)) {
    here += line.length;
    if (/^(?:\\+[nr]|[\r\n])$/.test(line)) continue;
    const content = line.replace(/^[-+ ]/, '');
    if (!BASE64_LINE.test(content) && !HEADER.test(content)) return here;
  }
  return text.length;
}

export function* pem({ text }: View): Iterable<Found> {
  for (const { index: at } of text.matchAll(/-----BEGIN /g)) {
    const end = pemEnd(text, at);
    if (end !== null) yield { at, masks: [[at, end]] };
  }
  for (const match of text.matchAll(/(Private-Lines:[ \t]*\d+\r?\n)((?:[+\- ]?[A-Za-z0-9+/=]+(?:\r?\n|$))+)/g)) {
    const start = match.index + (match[1] ?? '').length;
    const lines = (match[2] ?? '').replace(/\r?\n$/, '');
    const mark = /^[+\- ]/.test(lines) ? 1 : 0;
    yield { at: match.index, masks: [[start + mark, start + lines.length]] };
  }
}
