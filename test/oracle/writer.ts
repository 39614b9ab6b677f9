// The records of a job return's parts, as the options want them.
import { isDeepStrictEqual } from 'node:util';
import { Near, OneOf, Text } from './expect.js';
import { eventId } from './id.js';
import { type JsonObject, get, has, isObject, put, textOf } from './json.js';
import type { Settings } from './options.js';
import { type Part, hasStateResults, isStateResult, stateId } from './parts.js';
import { type InChanges, redacted, redactedMember } from './redact.js';

/** What a state came to: the first that holds. */
export type Kind = 'failed' | 'skipped' | 'would_change' | 'changed' | 'unchanged';

function hasChanges(state: JsonObject): boolean {
  const changes = get(state, 'changes');
  return typeof changes === 'string'
    ? changes !== ''
    : typeof changes === 'object' && Object.keys(changes ?? {}).length > 0;
}

export function kindOf(state: JsonObject): Kind {
  if (get(state, 'result') === false) return 'failed';
  if (get(state, '__state_ran__') === false || get(state, 'skip_watch') === true) return 'skipped';
  if (!hasChanges(state)) return 'unchanged';
  return get(state, 'result') === null ? 'would_change' : 'changed';
}

/** Members of a record that are never masked as a whole, those of the summary among them. */
const SUMMARY = [
  ...['states', 'succeeded', 'changed', 'failed', 'skipped', 'would_change', 'total_duration', 'longest_duration'],
  ...['slowest_state', 'sls', 'success', 'retcode'],
];
const OWN = new Set([
  ...['state_name', 'state_id', 'minion_id', 'jid', 'fun', 'fun_args', 'event_type', '_stamp', 'fun_return'],
  ...['event_id', 'truncated', 'name', 'comment', 'changes', 'result', ...SUMMARY],
]);

const MAX_DURATION = 1e12;

/** A state of a part. `name` is null for the bare result of `state.low`. */
interface State {
  readonly name: string | null;
  readonly state: JsonObject;
}

/** Builds an event's records; what all of them share is kept here. */
export class Writer {
  readonly records: JsonObject[] = [];
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

  /** The records of one part, in their order: its states, what is no state, the summary. */
  add(part: Part): void {
    const { returnsAll, isIgnored, isFunction, summary } = this.#settings;
    const { value, runsStates } = part;
    if (part.isWhole && !returnsAll) return;
    const fun = nameOf(part.fun);
    const isWantedReturn = runsStates || (returnsAll && !isIgnored(fun));
    const records: JsonObject[] = [];
    const states: State[] = [];
    if (hasStateResults(value)) {
      const rest: JsonObject = {};
      for (const [key, member] of Object.entries(value)) {
        if (isStateResult(key, member)) states.push({ name: key, state: member });
        else put(rest, key, member);
      }
      if (Object.keys(rest).length > 0) records.push(this.#funReturn(part, rest));
    } else if (part.fun === 'state.low' && isObject(value) && has(value, 'result')) {
      states.push({ name: null, state: value });
    } else if (isWantedReturn && !(runsStates && isObject(value) && Object.keys(value).length === 0)) {
      records.push(this.#funReturn(part, value));
    }
    if (summary && (runsStates || states.length > 0)) records.push(this.#summary(part, states));
    const speaks = states.length > 0 || records.length > 0;
    if (!isFunction(fun)) {
      this.isLeftOut ||= speaks;
      return;
    }
    this.hasSpoken ||= speaks;
    const wanted = states.filter((each) => this.#isWanted(each));
    this.records.push(...wanted.map((each) => this.#state(part, each)), ...records);
  }

  #isWanted({ name, state }: State): boolean {
    const { only, isExcludedState } = this.#settings;
    const names = [name, stateId(name, state), get(state, '__sls__')];
    if (names.some((each) => typeof each === 'string' && isExcludedState(each))) return false;
    const kind = kindOf(state);
    const isChange = hasChanges(state) && kind !== 'skipped';
    if (only === 'failed') return kind === 'failed';
    if (only === 'changed') return isChange;
    return only === 'all' || isChange || kind === 'failed';
  }

  #state(part: Part, { name, state }: State): JsonObject {
    const named = { state_name: name, state_id: stateId(name, state) };
    const after = {
      ...(redacted(named, this.#settings.redact) as JsonObject),
      ...this.#common(part, 'state_return', name),
    };
    const record: JsonObject = {};
    for (const key of Object.keys(state)) {
      if (has(after, key)) continue;
      const value = get(state, key);
      if (key !== 'changes') put(record, key, this.#own(key, value));
      else record[key] = this.#json(value, textOf(state, key), this.#settings.changesText, 'yes');
    }
    return Object.assign(record, after);
  }

  #funReturn(part: Part, value: unknown): JsonObject {
    const record: JsonObject = { fun_return: this.#own('fun_return', value) };
    Object.assign(record, this.#common(part, 'fun_return', ''));
    if (value === 'VALUE_TRIMMED' || (isObject(value) && Object.values(value).includes('VALUE_TRIMMED'))) {
      record['trimmed'] = true;
    }
    return record;
  }

  #summary(part: Part, states: readonly State[]): JsonObject {
    const count = (...kinds: readonly Kind[]): number =>
      states.filter(({ state }) => kinds.includes(kindOf(state))).length;
    const timed = states.flatMap(({ name, state }) => {
      const duration = get(state, 'duration');
      return typeof duration === 'number' && duration >= 0 && !Object.is(duration, -0) && duration < MAX_DURATION
        ? [{ name, duration }]
        : [];
    });
    const longest = Math.max(0, ...timed.map(({ duration }) => duration));
    // Durations that differ by less than a nanosecond are as good as equal.
    const slowest = timed
      .slice(0, timed.findIndex(({ duration }) => duration === longest) + 1)
      .filter(({ duration }) => longest - duration < 1e-6)
      .map(({ name }) => this.#own('slowest_state', name));
    if (slowest.length === 0) slowest.push(null);
    const sls = states.map(({ state }) => get(state, '__sls__')).filter((each) => typeof each === 'string');
    const record: JsonObject = {
      states: states.length,
      succeeded: count('changed', 'unchanged'),
      changed: count('changed'),
      failed: count('failed'),
      skipped: count('skipped'),
      would_change: count('would_change'),
      total_duration: new Near(timed.reduce((sum, { duration }) => sum + duration, 0)),
      longest_duration: new Near(longest),
      slowest_state: slowest.length > 1 ? new OneOf(...slowest) : slowest[0],
      sls: this.#own('sls', [...new Set(sls)]),
      success: this.#own('success', get(this.#data, 'success') ?? null),
      retcode: this.#own('retcode', get(this.#data, 'retcode') ?? null),
    };
    return Object.assign(record, this.#common(part, 'job_return', ''));
  }

  /** What all records of a part end with, from `minion_id` on. `name`: the fact that tells them apart. */
  #common(part: Part, type: string, name: string | null): JsonObject {
    const { redact, jobMembers, add, id, funArgsText } = this.#settings;
    const record: JsonObject = {
      minion_id: redacted(part.minionId, redact),
      jid: redacted(get(this.#data, 'jid'), redact),
      fun: redacted(part.fun, redact),
      fun_args: this.#json(part.funArgs, part.funArgsText ?? undefined, funArgsText, 'no'),
      event_type: type,
    };
    for (const member of ['_stamp', ...jobMembers])
      if (has(this.#data, member)) put(record, member, redacted(get(this.#data, member), redact));
    for (const member of Object.keys(add)) put(record, member, add[member]);
    if (!id) return record;
    const facts = [get(this.#data, 'jid'), part.minionId, nameOf(part.fun), name].map((fact) =>
      typeof fact === 'string' ? fact : null,
    );
    if (type !== 'state_return') facts.push(type);
    if (part.place !== null) facts.push(String(part.place));
    record['event_id'] = eventId(facts);
    return record;
  }

  /** A member of a record, masked inside, and as a whole unless its name is the record's own. */
  #own(name: string, value: unknown): unknown {
    const { redact } = this.#settings;
    return OWN.has(name) ? redacted(value, redact) : redactedMember(name, value, redact);
  }

  /** A value that an option turns into text. */
  #json(value: unknown, text: string | undefined, asText: boolean, inChanges: InChanges): unknown {
    const left = redacted(value, this.#settings.redact, inChanges);
    if (!asText || value === null) return left;
    return new Text(isDeepStrictEqual(left, value) ? (text ?? null) : null, left);
  }
}

/** A function's name as globs and ids see it. */
function nameOf(fun: string | string[]): string {
  return typeof fun === 'string' ? fun : fun.join(',');
}
