// What was masked in a record: the record as it was and as it leaves, side by side.
import { isObject } from '../core/salt.js';

const MASK = '[redacted]';

/**
 * One thing that was masked. Two of the same event, made with other options, are compared by `covers` and `touches`.
 */
export interface Mask {
  /** Which record of the event, from 0. */
  readonly record: number;
  /** The names that lead to it, from the record on: `changes`, `password`. A place in a list is its number. */
  readonly place: readonly string[];
  /** The whole value of a member (or a diff), a piece of a string, or a piece of a member's name. */
  readonly kind: 'value' | 'text' | 'name';
  /** What was masked (JSON, where it is no string), and what stands before and behind it in its string. */
  readonly secret: string;
  readonly before: string;
  readonly behind: string;
  /** The same way as numbers, a name apart from its value: how masks are compared. */
  readonly path: string;
  /** Where it lies in its string, in UTF-16 units, half-open; a whole value is endless. */
  readonly start: number;
  readonly end: number;
}

/** Whether two masks have something in common. */
export function touches(one: Mask, other: Mask): boolean {
  if (one.record !== other.record) return false;
  if (one.path === other.path) return one.start < other.end && other.start < one.end;
  return one.path.startsWith(`${other.path}/`) || other.path.startsWith(`${one.path}/`);
}

/** Whether `one` holds all of `other`. */
export function covers(one: Mask, other: Mask): boolean {
  if (one.record !== other.record) return false;
  if (one.path === other.path) return one.start <= other.start && one.end >= other.end;
  return other.path.startsWith(`${one.path}/`);
}

/**
 * JSON with a number before each member's name, in the order of the text: no name stands twice then, and none looks
 * like an index, so that `JSON.parse` keeps all of them in their order.
 */
function parseNumbered(json: string): unknown {
  let count = 0;
  return JSON.parse(
    json.replace(/("(?:[^"\\]|\\.)*")(\s*:)?/g, (all, text: string, colon: string | undefined) =>
      colon === undefined ? all : `"${count++}:${text.slice(1)}${colon}`,
    ),
  );
}

/** Members, or items by their place. */
const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).map(([name, member]): [string, unknown] => [
    Array.isArray(value) ? name : name.slice(name.indexOf(':') + 1),
    member,
  ]);

/** Where a record lies whose masks are looked for. */
interface Place {
  readonly record: number;
  readonly place: readonly string[];
  readonly path: string;
}

/** What is masked in `masked`, an original without its secrets; nothing, where that cannot be. */
function* inText(original: string, masked: string, kind: Mask['kind'], at: Place): Generator<Mask> {
  const pieces = masked.split(MASK);
  const last = pieces.pop()!;
  let end = 0;
  for (const [index, piece] of pieces.entries()) {
    const start = end + piece.length;
    const next = pieces[index + 1];
    end = next === undefined ? original.length - last.length : original.indexOf(next, start + 1);
    if (end <= start) return;
    const secret = original.slice(start, end);
    if (secret === MASK) continue; // it was there before
    yield { ...at, kind, secret, before: original.slice(0, start), behind: original.slice(end), start, end };
  }
}

/** `original` as JSON, without the numbers before its names. */
const jsonOf = (original: unknown): string =>
  JSON.stringify(original, (_, value: unknown) => (isObject(value) ? Object.fromEntries(entriesOf(value)) : value));

function* inValue(original: unknown, masked: unknown, at: Place): Generator<Mask> {
  if (original === masked) return;
  if (typeof original === 'object' && original !== null && typeof masked === 'object' && masked !== null) {
    const others = entriesOf(masked);
    for (const [index, [name, member]] of entriesOf(original).entries()) {
      const [otherName, other] = others[index] ?? [name, member];
      const below = { record: at.record, place: [...at.place, name], path: `${at.path}/${index}` };
      yield* inText(name, otherName, 'name', { ...below, path: `${below.path}:` });
      yield* inValue(member, other, below);
    }
    return;
  }
  if (typeof original === 'string' && typeof masked === 'string' && masked !== MASK) {
    const found = [...inText(original, masked, 'text', at)];
    yield* found;
    if (found.length > 0) return;
  }
  const secret = typeof original === 'string' ? original : jsonOf(original);
  yield { ...at, kind: 'value', secret, before: '', behind: '', start: 0, end: Infinity };
}

/** What is masked in the records of an event, as JSON; `originals` are the same records without redaction. */
export function masksIn(originals: readonly string[], masked: readonly string[]): Mask[] {
  return originals.flatMap((original, record) => {
    const other = masked[record];
    if (other === undefined || other === original) return [];
    return [...inValue(parseNumbered(original), parseNumbered(other), { record, place: [], path: '' })];
  });
}
