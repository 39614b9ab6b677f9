// `max_bytes`: how a record may differ from the same one uncut. Not one way to cut is asked for, but what
// docs/options.md promises.
import { type Span, readSpan } from './json.js';

/**
 * What is never cut: the record's own members of these names, behind its `event_type`. A state's own stand before it.
 */
const UNCUT_NAMES = new Set(['event_type', 'event_id', 'trace_id', 'span_id', 'truncated']);
/** The longest character in JSON: two escapes of a pair. How much shorter than the limit a cut string may come out. */
const LONGEST_CHARACTER = 12;
/**
 * A record that is too long for many members keeps this much of each at most; what is tried before that is the module's
 * choice.
 */
const LITTLE = 1024;

/** What the copies of a shared member may take together in the records of one return, and what each may at least. */
const SHARED = 16 * 1024 * 1024;
const LEAST_SHARE = 256;

/**
 * The most bytes of a member that all records of a return share (`minion_id`, `jid`, `fun`, `fun_args`, `_stamp`,
 * `job_members`) with `max_bytes`: as any member, and its share of 16 MiB where the return gives so many records that
 * this is less.
 */
export function sharedLimit(records: number, member = Infinity): number {
  return Math.min(member, Math.max(LEAST_SHARE, Math.floor(SHARED / records)));
}

type Member = NonNullable<Span['members']>[number];

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** What there is nothing to cut of. */
function isLiteral({ text }: Span): boolean {
  return text === 'true' || text === 'false' || text === 'null';
}

/** What the literal of a string ends with where it is cut: whole characters are left. */
function isCutLiteral(whole: string, cut: string): boolean {
  const start = cut.slice(0, -1);
  if (!whole.startsWith(start) || start.length >= whole.length - 1) return false;
  const before = JSON.parse(cut) as string;
  const next = JSON.parse(whole) as string;
  const isPairSplit = /[\ud800-\udbff]$/.test(before) && /^[\udc00-\udfff]/.test(next.slice(before.length));
  return next.startsWith(before) && !isPairSplit;
}

/**
 * What is wrong with a value that was cut; null where it is the start of the whole. `room`: how many more bytes would
 * have fitted; null where that is not known.
 */
function valueProblem(whole: Span, cut: Span, room: number | null): string | null {
  if (/^[-\d]/.test(whole.text)) return cut.text === 'null' ? null : 'a number is cut'; // one of so many digits
  if (whole.text[0] !== cut.text[0]) return 'a cut value is of another type';
  if (whole.text[0] === '"') {
    if (!isCutLiteral(whole.text, cut.text)) return 'a string is not cut at a character';
    return room !== null && room > LONGEST_CHARACTER ? `${room} more bytes of a string would have fitted` : null;
  }
  const before = whole.members ?? whole.elements ?? [];
  const after = cut.members ?? cut.elements ?? [];
  if (after.length > before.length) return 'a cut value has more in it than the whole';
  const valueAt = (list: readonly (Member | Span)[], index: number): Span | undefined => {
    const each = list[index];
    return each === undefined || 'text' in each ? each : each.value;
  };
  for (const [index, each] of after.entries()) {
    const other = before[index];
    if ('literal' in each && (other === undefined || !('literal' in other) || other.literal !== each.literal))
      return 'a cut object has other members';
    const [left, right] = [valueAt(before, index), valueAt(after, index)];
    if (left === undefined || right === undefined) return 'a cut value has more in it than the whole';
    if (left.text === right.text) continue;
    if (index < after.length - 1) return 'something is cut that is not the last';
    if (isLiteral(left)) return 'a literal is cut';
    return valueProblem(left, right, room);
  }
  if (after.length === before.length) return null; // nothing is missing but white space
  const next = before[after.length];
  if (room === null || next === undefined || !isCompact(whole)) return null;
  const size = 1 + ('literal' in next ? bytes(next.literal) + 1 + bytes(next.value.text) : bytes(next.text));
  return size <= room ? `one more of ${size} bytes would have fitted` : null;
}

/** Whether there is no white space between what stands in an object or a list. */
function isCompact({ text, members, elements = [] }: Span): boolean {
  const inside = members?.map(({ literal, value }) => `${literal}:${value.text}`) ?? elements.map((each) => each.text);
  return inside.join().length + 2 === text.length;
}

/** The members of a record by name; a record has none twice. */
function membersOf(span: Span): Map<string, Span> {
  return new Map((span.members ?? []).map(({ name, value }) => [name, value]));
}

/** A record without the white space between its members, which is no part of any; `max_bytes` may leave it out. */
function withoutGaps(span: Span): string {
  return `{${(span.members ?? []).map(({ literal, value }) => `${literal}:${value.text}`).join()}}`;
}

/** The first thing about a cut record that is not as promised; null where all is. Both are texts of records. */
export function cutProblem(
  uncutText: string,
  cutText: string,
  limits: { readonly member?: number; readonly record?: number },
): string | null {
  const [whole, left] = [readSpan(uncutText), readSpan(cutText)];
  const [uncut, cut] = [withoutGaps(whole), withoutGaps(left)];
  const [before, after] = [membersOf(whole), membersOf(left)];
  const truncated = after.get('truncated');
  if (before.get('event_type')?.text === '"malformed"')
    return uncutText === cutText ? null : 'a malformed record is cut';
  if (before.has('truncated')) return null; // the state's own: nothing can be told from it
  if (limits.record !== undefined && bytes(cutText) > limits.record) return `the record has ${bytes(cutText)} bytes`;
  const names = [...after.keys()];
  const uncutNames = names.slice(names.indexOf('event_type')).filter((name) => UNCUT_NAMES.has(name));
  const isCuttable = ([name, value]: readonly [string, Span]): boolean =>
    !uncutNames.includes(name) && !isLiteral(value);
  if (limits.member !== undefined) {
    const { member } = limits;
    const long = [...after].find((each) => isCuttable(each) && bytes(each[1].text) > member);
    if (long !== undefined) return `${long[0]} has ${bytes(long[1].text)} bytes`;
  }
  if (truncated === undefined) return uncut === cut ? null : 'a record differs and has no "truncated"';
  if (left.members?.at(-1)?.name !== 'truncated') return '"truncated" is not the last member';
  const named = JSON.parse(truncated.text) as Record<string, unknown>;
  if ('record' in named && !before.has('record'))
    return emergencyProblem(whole, [bytes(uncutText), bytes(uncut)], left, named, limits);

  if (names.join('\0') !== [...before.keys(), 'truncated'].join('\0')) return 'other members';
  if (Object.keys(named).length === 0) return '"truncated" is empty';
  const lengths: number[] = [];
  let mostUncut = 0;
  for (const [name, value] of before) {
    const now = after.get(name) ?? value;
    if (!Object.hasOwn(named, name)) {
      if (now.text !== value.text) return `${name} is cut and "truncated" does not say so`;
      if (isCuttable([name, value])) mostUncut = Math.max(mostUncut, bytes(value.text));
      continue;
    }
    if (named[name] !== bytes(value.text)) return `${name} had ${bytes(value.text)} bytes`;
    if (!isCuttable([name, value])) return `${name} is not to be cut`;
    const limit = limits.record === undefined ? (limits.member ?? null) : null;
    const problem = valueProblem(value, now, limit === null ? null : limit - bytes(now.text));
    if (problem !== null) return `${name}: ${problem}`;
    if (value.text.startsWith('"')) lengths.push(bytes(now.text));
    if (limits.member === undefined && limits.record !== undefined && bytes(uncut) <= limits.record)
      return `${name} is cut and the record was not too long`;
    if (limits.record === undefined && bytes(value.text) <= (limits.member ?? 0)) return `${name} was not too long`;
  }
  const cutNames = Object.keys(named).filter((name) => !before.has(name));
  if (cutNames.length > 0) return `"truncated" names ${cutNames.join()}`;
  const leastCut = Math.min(...(Object.values(named) as number[]));
  if (mostUncut > leastCut) return `a member of ${mostUncut} bytes stayed and one of ${leastCut} was cut`;
  if (Math.max(...lengths) - Math.min(...lengths) > LONGEST_CHARACTER) return `strings are cut to ${lengths.join()}`;
  return null;
}

/** The same of a record whose state's own members were left out. */
function emergencyProblem(
  uncut: Span,
  sizes: readonly number[],
  left: Span,
  named: Record<string, unknown>,
  { member = Infinity, record = 0 }: { member?: number; record?: number },
): string | null {
  if (Object.keys(named).join() !== 'record' || !sizes.includes(Number(named['record']))) return '"truncated" is wrong';
  const whole = uncut.members ?? [];
  const least = whole.reduce(
    (sum, { literal, value }) => sum + bytes(literal) + Math.min(bytes(value.text), member, LITTLE),
    0,
  );
  if (least < record) return 'the members left out would have fitted';
  const own = whole.findIndex(({ name }) => name === 'state_name' || name === 'fun_return' || name === 'states');
  const expected = whole.slice(own).map(({ name }) => name);
  const after = membersOf(left);
  if ([...after.keys()].join('\0') !== [...expected, 'truncated'].join('\0')) return 'other members are left';
  for (const { name, value } of whole.slice(own)) {
    const now = after.get(name) ?? value;
    if (now.text === value.text) continue;
    if (UNCUT_NAMES.has(name) || isLiteral(value)) return `${name} is not to be cut`;
    const problem = valueProblem(value, now, null);
    if (problem !== null) return `${name}: ${problem}`;
  }
  return null;
}
