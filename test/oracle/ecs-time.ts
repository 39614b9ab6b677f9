// `event.created`, `event.start` and `event.end` as docs/ecs.md has them. Times are microseconds since 1970, as BigInt.
import { type JsonObject, get } from './json.js';
import { type Part, statesOf } from './parts.js';

const SECOND = 1_000_000n;
const QUARTER = 900n * SECOND;
/** How late a return may come. */
const LATE = 780n * SECOND;
const HOUR = 3600n * SECOND;
const DAY = 24n * HOUR;
const MAX_DURATION = 1e12;

/** An instant as records have it: UTC, six digits of a second. */
export function formatTime(micros: bigint): string {
  const seconds = mod(micros, SECOND);
  const whole = new Date(Number((micros - seconds) / 1000n)).toISOString().slice(0, 19);
  return `${whole}.${String(seconds).padStart(6, '0')}Z`;
}

function mod(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

/** `seen`: the instant. `none`: no time. `odd`: one that docs/ecs.md leaves open. */
export type Stamp = { readonly kind: 'seen'; readonly micros: bigint } | { readonly kind: 'none' | 'odd' };

const STAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|([+-])(\d\d):(\d\d))?$/;

/** A `_stamp`: Salt 3006 writes no offset, 3008 `+00:00`; others are counted off. */
export function readStamp(stamp: unknown): Stamp {
  if (typeof stamp !== 'string' || !/^\d{4}-/.test(stamp)) return { kind: 'none' };
  const [, year, month, day, hour, minute, second, fraction = '', , sign, zoneHour, zoneMinute] =
    STAMP.exec(stamp) ?? [];
  if (year === undefined) return { kind: 'odd' };
  const [y, m, d, h, min, s] = [year, month, day, hour, minute, second].map(Number) as [number, ...number[]];
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(y, (m ?? 0) - 1, d);
  date.setUTCHours(h ?? 0, min, s);
  if (date.getUTCMonth() + 1 !== m || date.getUTCDate() !== d || (h ?? 0) > 23 || (min ?? 0) > 59 || (s ?? 0) > 59)
    return { kind: 'none' };
  const [zh, zm] = [Number(zoneHour ?? 0), Number(zoneMinute ?? 0)];
  if (zh > 14 || zm > 59 || y < 1971 || y > 9998) return { kind: 'odd' };
  const offset = BigInt(zh * 60 + zm) * 60n * SECOND * (sign === '-' ? -1n : 1n);
  const micros = BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return { kind: 'seen', micros: BigInt(date.getTime()) * 1000n + micros - offset };
}

/** A state's `start_time`, counted from midnight; null where it is none. */
function readStart(start: unknown): bigint | null {
  const match = typeof start === 'string' ? /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(start) : null;
  if (match === null) return null;
  const [hour, minute, second] = match.slice(1, 4).map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return BigInt(hour * 3600 + minute * 60 + second) * SECOND + BigInt((match[4] ?? '').padEnd(6, '0').slice(0, 6));
}

/** A `duration` that counts, in milliseconds; null where there is none. */
export function readDuration(state: JsonObject): number | null {
  const duration = get(state, 'duration');
  // A sign is a sign, before a zero too.
  return typeof duration === 'number' && duration >= 0 && !Object.is(duration, -0) && duration < MAX_DURATION
    ? duration
    : null;
}

/** When a state ran. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** A job of more hours than that can't be placed: a day may be missing. */
const LONGEST_JOB = 23n * HOUR;

/** The times of all states of a job by their objects; null for those that have some, but which is open. */
export function jobTimes(parts: readonly Part[], stamp: Stamp): Map<JsonObject, Span | null> {
  const times = new Map<JsonObject, Span>();
  if (stamp.kind === 'none') return times;
  const states = parts.flatMap(statesOf).map(({ state }) => state);
  let first: bigint | null = null;
  let latest = 0n;
  for (const state of states) {
    const clock = readStart(get(state, 'start_time'));
    const duration = readDuration(state);
    if (clock === null || duration === null) continue;
    first ??= clock;
    // Counted on from the first state: an hour before it is one that ran beside it, all else is later, on the next day
    // if need be.
    const start = first + mod(clock - first + HOUR, DAY) - HOUR;
    const end = start + BigInt(Math.floor(duration * 1000 + 1e-6));
    if (times.size === 0 || end > latest) latest = end;
    times.set(state, { start, end });
  }
  const starts = [...times.values()].map(({ start }) => start);
  const isLong = starts.some((start) => latest - start >= LONGEST_JOB);
  if (stamp.kind !== 'seen' || isLong) return new Map([...times.keys()].map((state) => [state, null]));
  const end = stamp.micros + mod(latest - stamp.micros + LATE, QUARTER) - LATE;
  return new Map(
    [...times].map(([state, span]) => [state, { start: end - (latest - span.start), end: end - (latest - span.end) }]),
  );
}
