// The records of a job return's parts, as the options want them.
import { isDeepStrictEqual } from 'node:util';
import { type Causes, causesOf, isFollower } from './causes.js';
import { Near, OneOf, Text } from './expect.js';
import { eventId, spanId, traceId } from './id.js';
import { type JsonObject, get, has, holdsString, isObject, put, textOf } from './json.js';
import type { Settings } from './options.js';
import { type Part, type State, isStateResult, stateId, statesOf } from './parts.js';
import { type Around, NOWHERE, changesOf, redacted, redactedMember } from './redact.js';

/** What a state came to: the first that holds. */
export type Kind = 'failed' | 'skipped' | 'would_change' | 'changed' | 'unchanged';

/** Whether a state changed something, or would: skipped or not. */
export function hasChanges(state: JsonObject): boolean {
  const changes = get(state, 'changes');
  return typeof changes === 'string'
    ? changes !== ''
    : typeof changes === 'object' && Object.keys(changes ?? {}).length > 0;
}

export function kindOf(state: JsonObject): Kind {
  if (get(state, 'result') === false) return 'failed';
  if (get(state, '__state_ran__') === false || get(state, 'skip_watch') === true) return 'skipped';
  if (get(state, 'result') === null) return 'would_change';
  return hasChanges(state) ? 'changed' : 'unchanged';
}

/** What every state has: members that are never masked as a whole. Other names of a record mean nothing in a state. */
const OF_STATES = new Set([
  ...['name', 'comment', 'changes', 'result', '__sls__', '__id__', '__run_num__', 'start_time', 'duration'],
  ...['__state_ran__', 'skip_watch'],
]);

const MAX_DURATION = 1e12;

/** Whether a jid is a master's: its clock and a number, and perhaps a process (`20261122091947512388_4711`). */
function isJid(jid: string | null): boolean {
  return /^\d{20}(?:_\d+)?$/.test(jid ?? '');
}

/** A member that is a string; null for any other. */
function textIn(object: object, name: string): string | null {
  const value = get(object as JsonObject, name);
  return typeof value === 'string' ? value : null;
}

/** What Salt puts in place of a value of an event that is too large. */
const TRIMMED = 'VALUE_TRIMMED';

/** A record, what it is of, and whether Salt cut something in it. */
export interface Written {
  readonly record: JsonObject;
  readonly part: Part;
  /** Null where it is of no state. */
  readonly state: State | null;
  readonly isTrimmed: boolean;
  /** What a state follows that Salt did not run; null for any other record. */
  readonly causes: Causes | null;
}

/** What differs between the records of a part. */
interface Particulars {
  readonly type: 'state_return' | 'fun_return' | 'job_return';
  readonly state: State | null;
  /** What of the record is not the event's. */
  readonly own: readonly unknown[];
}

/** Builds an event's records; what all of them share is kept here. */
export class Writer {
  readonly written: Written[] = [];
  /** Whether there were any, those included that options other than `functions` leave out. */
  hasSpoken = false;
  /** Whether there were any that `functions` leaves out. */
  isLeftOut = false;
  readonly #data: JsonObject;
  readonly #settings: Settings;

  /** `data`: the `D`. */
  constructor(data: JsonObject, settings: Settings) {
    this.#data = data;
    this.#settings = settings;
  }

  get records(): JsonObject[] {
    return this.written.map(({ record }) => record);
  }

  /** The records of one part, in their order: its states, what is no state, the summary. */
  add(part: Part): void {
    const { returnsAll, isIgnored, isFunction, summary } = this.#settings;
    const { value, runsStates, repeats } = part;
    if (repeats && !returnsAll) return;
    const fun = nameOf(part.fun);
    const isWantedReturn = runsStates || (returnsAll && !isIgnored(fun));
    const others: Written[] = [];
    const states = statesOf(part);
    if (states.length === 0) {
      const isEmpty = isObject(value) && Object.keys(value).length === 0;
      if (isWantedReturn && !(runsStates && isEmpty)) others.push(this.#funReturn(part, value));
    } else if (states[0]?.name !== null && isObject(value)) {
      const names = Object.keys(value).filter((name) => !isStateResult(name, get(value, name)));
      if (names.length > 0) others.push(this.#funReturn(part, value, names));
    }
    if (summary && (runsStates || states.length > 0)) others.push(this.#summary(part, states));
    const speaks = states.length > 0 || others.length > 0;
    if (!isFunction(fun)) {
      this.isLeftOut ||= speaks;
      return;
    }
    this.hasSpoken ||= speaks;
    const wanted = states.filter((each) => this.#isWanted(each));
    const causes = this.#settings.causes ? causesOf(states) : null;
    this.written.push(...wanted.map((each) => this.#state(part, each, causes?.get(each) ?? null)), ...others);
  }

  #isWanted({ name, state }: State): boolean {
    const { only, isExcludedState } = this.#settings;
    const names = [name, stateId(name, state), get(state, '__sls__')];
    if (names.some((each) => typeof each === 'string' && isExcludedState(each))) return false;
    const kind = kindOf(state);
    const isChange = (hasChanges(state) && kind !== 'skipped') || kind === 'would_change';
    if (only === 'failed') return kind === 'failed';
    if (only === 'changed') return isChange;
    return only === 'all' || isChange || kind === 'failed';
  }

  #state(part: Part, each: State, causes: Causes | null): Written {
    const { name, state, parents } = each;
    const { redact } = this.#settings;
    const around = {
      state_name: redacted(name, redact),
      state_id: redacted(stateId(name, state), redact),
      ...(parents.length > 0 ? { parent_state: redacted(parents[0], redact) } : {}),
      ...this.#causes(causes),
      ...this.#common(part, { type: 'state_return', state: each, own: [] }).record,
    };
    const own = Object.keys(state).filter(
      (key) => !has(around, key) && (causes === null || key !== 'caused_by_text'), // which may have nothing to say
    );
    const { record: after, isTrimmed } = this.#common(part, {
      type: 'state_return',
      state: each,
      own: own.map((key) => get(state, key)),
    });
    const record: JsonObject = {};
    for (const key of own) {
      if (has(after, key)) continue; // "trimmed"
      const value = get(state, key);
      if (key !== 'changes') put(record, key, this.#ofState(key, value));
      else record[key] = this.#json(value, textOf(state, key), this.#settings.changesText, changesOf(name));
    }
    return { record: Object.assign(record, around, after), part, state: each, isTrimmed, causes };
  }

  /** Each name and each text masked by itself: a list of them is none of a command's words. */
  #causes(causes: Causes | null): JsonObject {
    const masked = (texts: readonly unknown[]): unknown[] => texts.map((text) => redacted(text, this.#settings.redact));
    if (causes === null) return {};
    const { roots, texts } = causes;
    return {
      caused_by: masked(roots.map(({ name }) => name)),
      ...(texts.length === 0 ? {} : { caused_by_text: masked(texts) }),
    };
  }

  /** `names`: the members of the value that count; all of it where they are not given. */
  #funReturn(part: Part, value: unknown, names?: readonly string[]): Written {
    let returned = value;
    if (names !== undefined && isObject(value)) {
      returned = {};
      for (const name of names) put(returned as JsonObject, name, get(value, name));
    }
    const { record, isTrimmed } = this.#common(part, { type: 'fun_return', state: null, own: [returned] });
    const whole = { fun_return: redacted(returned, this.#settings.redact), ...record };
    return { record: whole, part, state: null, isTrimmed, causes: null };
  }

  #summary(part: Part, states: readonly State[]): Written {
    const { redact } = this.#settings;
    const count = (...kinds: readonly Kind[]): number =>
      states.filter(({ state }) => kinds.includes(kindOf(state))).length;
    const timed = states.flatMap(({ name, state, parents }) => {
      const duration = get(state, 'duration');
      if (parents.length > 0) return []; // part of the duration of the state that holds it
      return typeof duration === 'number' && duration >= 0 && !Object.is(duration, -0) && duration < MAX_DURATION
        ? [{ name, duration }]
        : [];
    });
    const longest = Math.max(0, ...timed.map(({ duration }) => duration));
    // Durations that differ by less than a nanosecond are as good as equal.
    const slowest = timed
      .slice(0, timed.findIndex(({ duration }) => duration === longest) + 1)
      .filter(({ duration }) => longest - duration < 1e-6)
      .map(({ name }) => redacted(name, redact));
    if (slowest.length === 0) slowest.push(null);
    const sls = states.map(({ state }) => get(state, '__sls__')).filter((each) => typeof each === 'string');
    const record: JsonObject = {
      states: states.length,
      succeeded: count('changed', 'unchanged'),
      changed: count('changed'),
      failed: count('failed'),
      ...(this.#settings.causes ? this.#causeCounts(states) : {}),
      skipped: count('skipped'),
      would_change: count('would_change'),
      total_duration: new Near(timed.reduce((sum, { duration }) => sum + duration, 0)),
      longest_duration: new Near(longest),
      slowest_state: slowest.length > 1 ? new OneOf(...slowest) : slowest[0],
      sls: redacted([...new Set(sls)], redact),
      success: redacted(get(this.#data, 'success') ?? null, redact),
      retcode: redacted(get(this.#data, 'retcode') ?? null, redact),
    };
    const { record: after, isTrimmed } = this.#common(part, { type: 'job_return', state: null, own: [] });
    return { record: Object.assign(record, after), part, state: null, isTrimmed, causes: null };
  }

  #causeCounts(states: readonly State[]): JsonObject {
    const failed = states.filter(({ state }) => kindOf(state) === 'failed');
    const followers = failed.filter(isFollower).length;
    return { failed_roots: failed.length - followers, failed_followers: followers };
  }

  /** What all records of a part end with, from `minion_id` on. */
  #common(part: Part, { type, state, own }: Particulars): { readonly record: JsonObject; readonly isTrimmed: boolean } {
    const { redact, jobMembers, add, id, trace, funArgsText } = this.#settings;
    const record: JsonObject = {
      minion_id: redacted(part.minionId, redact),
      jid: redacted(get(this.#data, 'jid'), redact),
      fun: redacted(part.fun, redact),
      fun_args: this.#json(part.funArgs, part.funArgsText ?? undefined, funArgsText, NOWHERE),
      event_type: type,
    };
    for (const member of ['_stamp', ...jobMembers])
      if (has(this.#data, member)) put(record, member, redacted(get(this.#data, member), redact));
    const held = [part.funArgs, ...jobMembers.map((member) => get(this.#data, member)), ...own];
    const isTrimmed = held.some((value) => holdsString(value, TRIMMED));
    if (isTrimmed) record['trimmed'] = true;
    for (const member of Object.keys(add)) put(record, member, add[member]);
    if (!id) return { record, isTrimmed };
    const ownId = eventId(this.#facts(part, type, state));
    record['event_id'] = ownId;
    if (trace) Object.assign(record, { trace_id: traceId(this.#traceFacts(part)), span_id: spanId(ownId) });
    return { record, isTrimmed };
  }

  /** What an `event_id` is made of. */
  #facts(part: Part, type: string, state: State | null): (string | null)[] {
    const jid = textIn(this.#data, 'jid');
    const facts = [jid, textIn(part, 'minionId'), nameOf(part.fun), state === null ? '' : state.name];
    if (type !== 'state_return') facts.push(type);
    if (part.place !== null) facts.push(String(part.place));
    if (!isJid(jid)) facts.push(textIn(this.#data, '_stamp'));
    facts.push(...(state?.parents ?? []));
    return facts;
  }

  /** What a `trace_id` is made of: a job, or one return of what has no number of its own. */
  #traceFacts(part: Part): (string | null)[] {
    const jid = textIn(this.#data, 'jid');
    const { master = '' } = this.#settings.add;
    const facts = [jid, String(master)];
    return isJid(jid) ? facts : [...facts, textIn(part, 'minionId'), textIn(this.#data, '_stamp')];
  }

  /** A state's own member, masked inside, and as a whole unless every state has one of this name. */
  #ofState(name: string, value: unknown): unknown {
    const { redact } = this.#settings;
    return OF_STATES.has(name) ? redacted(value, redact) : redactedMember(name, value, redact);
  }

  /** A value that an option turns into text. */
  #json(value: unknown, text: string | undefined, asText: boolean, around: Around): unknown {
    const left = redacted(value, this.#settings.redact, around);
    if (!asText || value === null) return left;
    return new Text(isDeepStrictEqual(left, value) ? (text ?? null) : null, left);
  }
}

/** A function's name as globs and ids see it. */
export function nameOf(fun: string | string[] | null): string {
  return typeof fun === 'string' ? fun : (fun ?? []).join(',');
}
