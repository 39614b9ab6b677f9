// What Salt's commands print with --out=json, turned into the events that they are the results of. What the text does
// not say stays null: a jid, a function or a time is never made up.
import { join } from '../core/bytes.js';
import type { Line } from '../core/lines.js';
import { type Member, membersOf } from './members.js';

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;

/** Members that Salt's events and agents' wrappers have at the top, and no command's output has. */
const EVENT_MEMBERS: ReadonlySet<string> = new Set([
  ...[
    'tag',
    'return',
    'fun',
    'cmd',
    'id',
    '_stamp',
    'log',
    'message',
    'fun_args',
    'arg',
    'minions',
    'tgt',
    'event_type',
  ],
]);

/** How nearly all events' lines begin: they need no second look. */
const BEGINNINGS = ['{"tag":', '{"cmd":', '{"log":', '{"message":', '{"fun', '{"id":', '{"return":', '{"_stamp":'];
/** The rawfile_json returner's way: `data`, and `tag` last. The output of an orchestration begins alike. */
const RAWFILE = '{"data":';
const TAG = '"tag":';
/** How far from the end of such a line its tag may begin, in bytes. */
const TAIL_BYTES = 600;

/** What salt-call calls the minion that it runs on. */
const LOCAL = 'local';

/** How a state run says that it could not begin (Salt 3008, `state.py` and `modules/state.py`). */
const COMPILE_ERROR =
  /^(?:Rendering SLS|No matching sls|No matching salt environment|Pillar failed|Data failed to compile|Detected conflicting|Cannot extend|Recursive requisite|Specified (?:SLS|state)|SLS |ID |State '|The (?:function "|'names' argument|type |top file|'[^']*' (?:saltenv|declaration))|Unable to render|Duplicate |Conflicting )/;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether the ASCII `text` stands at `start`. */
function standsAt(bytes: Uint8Array, text: string, start = 0): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Whether a tag begins near the end. */
function endsWithTag(bytes: Uint8Array): boolean {
  const last = bytes.length - TAG.length;
  for (let at = last; at >= 0 && at > last - TAIL_BYTES; at--) if (standsAt(bytes, TAG, at)) return true;
  return false;
}

/** Whether a line is an event, as far as its beginning tells: the shapes that agents and Salt write. */
function isPlainlyEvent(bytes: Uint8Array): boolean {
  if (standsAt(bytes, RAWFILE)) return endsWithTag(bytes);
  return bytes[0] !== OPEN_BRACE || BEGINNINGS.some((beginning) => standsAt(bytes, beginning));
}

/** The events in what one line holds: itself, where it is no command's output. */
export function* eventsOf<L extends Line>(line: L): Generator<L> {
  const { bytes } = line;
  const members = line.isTooLong || isPlainlyEvent(bytes) ? null : membersOf(bytes);
  const events = members === null ? null : eventsIn(bytes, members);
  if (events === null) yield line;
  else for (const event of events) yield { ...line, bytes: event };
}

/** The events of a command's output; null where the object is none. */
function eventsIn(bytes: Uint8Array, members: readonly Member[]): readonly Uint8Array[] | null {
  const named = new Map(members.map((member) => [member.name, member]));
  const job = jobOf(bytes, named);
  if (job !== null) return job;
  const data = named.get('data');
  if (data !== undefined && named.has('outputter')) {
    // An orchestration, or another runner whose result has an outputter of its own.
    const inner = membersOf(bytes, data.start, data.end);
    return inner === null ? null : resultsOf(bytes, inner);
  }
  if (data !== undefined || members.some(({ name }) => EVENT_MEMBERS.has(name))) return null;
  return resultsOf(bytes, members);
}

/** `salt-run jobs.list_job`: one job with its load. */
function jobOf(bytes: Uint8Array, named: ReadonlyMap<string, Member>): readonly Uint8Array[] | null {
  const [jid, fun, results] = [named.get('jid'), named.get('Function'), named.get('Result')];
  if (jid === undefined || fun === undefined || results === undefined) return null;
  const minions = membersOf(bytes, results.start, results.end);
  if (minions === null) return null;
  const events: Uint8Array[] = [];
  for (const minion of minions) {
    const returned = membersOf(bytes, minion.start, minion.end)?.filter(({ name }) =>
      ['return', 'retcode', 'success', 'out'].includes(name),
    );
    if (returned === undefined || returned.length === 0) continue;
    events.push(
      eventOf(bytes, minion.name, [
        { ...jid, name: 'jid' },
        { ...fun, name: 'fun' },
        ...renamed(named.get('Arguments'), 'fun_args'),
        ...renamed(named.get('User'), 'user'),
        ...returned,
      ]),
    );
  }
  return events;
}

const renamed = (member: Member | undefined, name: string): readonly Member[] =>
  member === undefined ? [] : [{ ...member, name }];

/** `{MINION: result, …}`; null where none of the results is one of a state run. */
function resultsOf(bytes: Uint8Array, minions: readonly Member[]): readonly Uint8Array[] | null {
  const events: Uint8Array[] = [];
  for (const minion of minions) {
    const value = bytes.subarray(minion.start, minion.end);
    const inner = membersOf(value);
    const names = new Set(inner?.map(({ name }) => name));
    // With `--out=json` salt-call prints the whole return where it has no outputter for it. What looks so under a
    // minion's name is what that minion returned, and may name another.
    if (minion.name === LOCAL && names.has('return') && names.has('fun') && names.has('id')) events.push(value);
    else if (inner?.some(({ name }) => name.includes('_|-')) === true || isCompileError(value))
      events.push(eventOf(bytes, minion.name, [{ ...minion, name: 'return' }]));
  }
  return events.length === 0 ? null : events;
}

/** Whether the value is a state run's list of errors, or one error as text. */
function isCompileError(value: Uint8Array): boolean {
  if (value[0] !== OPEN_BRACKET && value[0] !== QUOTE) return false;
  try {
    const parsed: unknown = JSON.parse(decoder.decode(value));
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return typeof first === 'string' && COMPILE_ERROR.test(first);
  } catch {
    return false;
  }
}

/**
 * An event of `members`, whose values are copied as they are; `jid` and `fun` are null where they are not among them.
 */
function eventOf(bytes: Uint8Array, minion: string, members: readonly Member[]): Uint8Array {
  const unknown = ['jid', 'fun'].filter((name) => !members.some((member) => member.name === name));
  const head = [`{"id":${JSON.stringify(minion)}`, ...unknown.map((name) => `"${name}":null`)].join(',');
  const pieces: Uint8Array[] = [encoder.encode(head)];
  for (const { name, start, end } of members)
    pieces.push(encoder.encode(`,${JSON.stringify(name)}:`), bytes.subarray(start, end));
  pieces.push(encoder.encode('}'));
  return join(pieces);
}
