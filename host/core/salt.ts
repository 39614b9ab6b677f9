// Salt's facts, for records that are parsed: what its members mean and how it writes them.

/** The members of an object. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is an object, as JSON has them. */
export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a member is a string. */
export const isText = (value: unknown): value is string => typeof value === 'string';

/** Any member as text: strings as they are, nothing for null and absence, else JSON. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- undefined, whatever its type says, of what JSON has not
export const asText = (value: unknown): string => (isText(value) ? value : (JSON.stringify(value ?? undefined) ?? ''));

/** The last stamp that was read: all records of a return have one. */
let known: { readonly stamp: unknown; readonly ms: number | null } = { stamp: undefined, ms: null };

/** Milliseconds since 1970 of Salt's `_stamp`, which is UTC with or without saying so; null where it is none. */
export function readStamp(stamp: unknown): number | null {
  if (stamp !== known.stamp) known = { stamp, ms: msOfStamp(stamp) };
  return known.ms;
}

function msOfStamp(stamp: unknown): number | null {
  if (!isText(stamp) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(stamp)) return null;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(stamp) ? stamp : `${stamp}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Milliseconds of Salt's `duration`, a number (before 2014.7 text such as `12.3 ms`); null where it is none. */
export function readDuration(duration: unknown): number | null {
  const ms = isText(duration) ? Number(/^(\d+(?:\.\d+)?)(?: ms)?$/.exec(duration)?.[1] ?? NaN) : duration;
  return typeof ms === 'number' && ms >= 0 && ms < 1e12 ? ms : null;
}

/** `file.managed` and `ID` of the key `file_|-ID_|-NAME_|-managed`; NAME where it is another than ID. */
export function splitStateName(stateName: string): { fun: string; id: string; name: string | null } {
  const separator = '_|-';
  const first = stateName.indexOf(separator);
  const second = stateName.indexOf(separator, first + separator.length);
  const last = stateName.lastIndexOf(separator);
  if (first < 0 || second < 0 || last <= second) return { fun: '', id: stateName, name: null };
  const id = stateName.slice(first + separator.length, second);
  const name = stateName.slice(second + separator.length, last);
  const fun = `${stateName.slice(0, first)}.${stateName.slice(last + separator.length)}`;
  return { fun, id, name: name === id ? null : name };
}

const JID = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})\d{3}(?:_\d+)?$/;
const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 of a jid, which is a time by the clock of who began the job; null where it is none (`req`).
 */
export function readJid(jid: unknown): number | null {
  const parts = isText(jid) ? JID.exec(jid) : null;
  if (parts === null) return null;
  const [year, month, day, hours, minutes, seconds, ms] = parts.slice(1).map(Number);
  const at = Date.UTC(year!, month! - 1, day, hours, minutes, seconds, ms);
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '') === (jid as string).slice(0, 8) ? at : null;
}

/** Milliseconds since midnight of Salt's `start_time`, `09:19:48.076174`; null where it is none. */
export function readStartTime(time: unknown): number | null {
  const micros = readStartMicros(time);
  return micros === null ? null : Math.floor(micros / 1000);
}

/** The same in microseconds, as Salt writes it. */
export function readStartMicros(time: unknown): number | null {
  if (!isText(time) || time.length < 8 || time.charCodeAt(2) !== COLON || time.charCodeAt(5) !== COLON) return null;
  const [hours, minutes, seconds] = [twoDigits(time, 0), twoDigits(time, 3), twoDigits(time, 6)];
  const micros = time.length === 8 ? 0 : millionths(time);
  // NaN where one of them is none.
  const whole = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
  return Number.isNaN(whole) ? null : whole;
}

const COLON = 0x3a;
const POINT = 0x2e;
/** `09:19:48.076174` is the longest. */
const LONGEST_TIME = 15;

/** 0 to 9, or NaN. Without a regular expression, as every state has a time. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : NaN;
}

const twoDigits = (text: string, at: number): number => 10 * digit(text, at) + digit(text, at + 1);

/** The microseconds of `.076174` behind the seconds. */
function millionths(time: string): number {
  if (time.charCodeAt(8) !== POINT || time.length < 10 || time.length > LONGEST_TIME) return NaN;
  let micros = 0;
  for (let at = 9; at < LONGEST_TIME; at++) micros = 10 * micros + (at < time.length ? digit(time, at) : 0);
  return micros;
}

/** Members of which some tell when something happened: `_stamp`, `jid`, `start_time`. */
export type Timed = Members;

/**
 * When a record happened, in milliseconds since 1970: its `_stamp`, which is UTC. Masterless minions and job caches
 * have none: then the day comes from the jid, and the time from the state, both by the minion's clock. Null where
 * neither is there.
 */
export function readTime({ _stamp: stamp, jid, start_time: start }: Timed): number | null {
  if (stamp !== undefined && stamp !== null) return readStamp(stamp);
  const begun = readJid(jid);
  const sinceMidnight = readStartTime(start);
  if (begun === null || sinceMidnight === null) return begun;
  const at = begun - (begun % DAY_MS) + sinceMidnight;
  return at < begun - DAY_MS / 2 ? at + DAY_MS : at; // it began behind midnight
}

/** Lines of a command's output that tell why it failed, and characters of each. */
const REASON_LINES = 3;
const REASON_CHARACTERS = 300;

/** The object that a value is; empty where it is none. */
export const membersOf = (value: unknown): Members => (isObject(value) ? value : {});

/** The text that a value is; null where it is none. */
export const textOf = (value: unknown): string | null => (isText(value) ? value : null);

/** The object that `changes` are; the option `"changes": "text"` writes it into a string. */
function changesOf(changes: unknown): Members {
  if (isObject(changes)) return changes;
  if (!isText(changes) || !changes.startsWith('{')) return {};
  try {
    return JSON.parse(changes) as Members;
  } catch {
    return {}; // cut, or somebody's own text
  }
}

/**
 * Why a command failed: the last lines of its `stderr`, of its `stdout` where that is blank; empty where it has
 * neither. The comment of `cmd.run` says only which command it was.
 */
export function commandReason(changes: unknown): string {
  const { stderr, stdout } = changesOf(changes);
  const said = [stderr, stdout].find((text): text is string => isText(text) && text.trim() !== '') ?? '';
  return said
    .slice(-REASON_LINES * REASON_CHARACTERS * 4)
    .split(/\r\n|[\n\r]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-REASON_LINES)
    .map((line) => (line.length > REASON_CHARACTERS ? `${line.slice(0, REASON_CHARACTERS)}…` : line))
    .join('\n');
}

/** How Salt refuses a state run while another one is at work (Salt 3008, `modules/state.py`, `running`). */
const RUNNING = /^The function "([^"]*)" is running as PID \d+ and was started at .* with jid \S+$/s;

/**
 * Why a state run was refused, where each line of what it returned says that another one was at work: Salt's words
 * without PID, time and jid, so that all refusals of one kind are one. Null where it is something else.
 */
export function refusalOf(returned: unknown): string | null {
  const lines: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  const running = lines.map((line) => (isText(line) ? (RUNNING.exec(line.trim())?.[1] ?? null) : null));
  if (running.length === 0 || running.includes(null)) return null;
  return [...new Set(running)].map((fun) => `The function "${fun}" is running`).join('; ');
}

/** The SLS files that a state run was told to apply: the parts of its first argument. */
export function askedSls(args: unknown): readonly string[] {
  const first: unknown = Array.isArray(args) ? args[0] : undefined;
  if (!isText(first) || !/^[\w.,\- ]{1,200}$/.test(first)) return [];
  return first.split(',').map((sls) => sls.trim());
}
