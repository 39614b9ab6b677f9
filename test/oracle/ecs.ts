// `flatten_ecs`: the records of an event as docs/ecs.md has them, made of what the oracle knows of the plain ones.
// Without redaction and `max_bytes`.
import { type Flattened, flattened } from './ecs-flat.js';
import { type Span, type Stamp, formatTime, jobTimes, readDuration, readStamp } from './ecs-time.js';
import { Expected, OneOf, Text } from './expect.js';
import { type JsonObject, get, has, isObject, put, textOf } from './json.js';
import { type Options, type Settings, settingsOf } from './options.js';
import type { Result } from './oracle.js';
import { type Part, type State, isStateResult, statesOf } from './parts.js';
import { type Written, hasChanges, kindOf, nameOf } from './writer.js';

/** A member that may be there or not. */
export class Maybe {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** A value that says only what kind it is of. */
class Any extends Expected {
  readonly #test: (actual: unknown) => boolean;

  constructor(test: (actual: unknown) => boolean) {
    super();
    this.#test = test;
  }

  matches(actual: unknown): boolean {
    return this.#test(actual);
  }

  toJSON(): unknown {
    return 'anything';
  }
}

const anyTime = new Maybe(new Any((actual) => typeof actual === 'string'));

/** Nanoseconds of milliseconds: rounded either way, and as near as doubles come. */
function nanoseconds(ms: number): Expected {
  const expected = ms * 1e6;
  return new Any((actual) => typeof actual === 'number' && Math.abs(actual - expected) <= 1 + expected * 1e-15);
}

/** The same of a sum. A sum that no long holds is the module's choice. */
function totalNanoseconds(ms: number): Expected {
  const expected = ms * 1e6;
  return new Any((actual) => {
    if (typeof actual !== 'number') return false;
    return expected > 9e18 ? actual >= 0 : Math.abs(actual - expected) <= 1000 + expected * 1e-9;
  });
}

/** The members that a state's record shows in a place of their own. */
const PLACED = ['name', 'changes', 'result', 'comment', '__sls__', '__run_num__', 'duration', '__id__'];
const CATEGORIES = new Map([
  ['pkg', 'package'],
  ['file', 'file'],
  ['user', 'iam'],
  ['group', 'iam'],
]);
const SUMMARY = [
  ...['states', 'succeeded', 'changed', 'failed', 'failed_roots', 'failed_followers', 'skipped', 'would_change'],
  ...['total_duration', 'longest_duration', 'slowest_state', 'sls'],
];

/** A value as a keyword or text: a string as it is, null left out, another as JSON. */
function asText(value: unknown, text: string | undefined): unknown {
  if (value === null || value === undefined || typeof value === 'string') return value ?? undefined;
  return new Text(text ?? null, value);
}

/** An object without the members that are undefined, and itself left out where nothing is in it. */
function compact(object: JsonObject): JsonObject | undefined {
  const left = Object.entries(object).filter(([, value]) => value !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** What all records of an event share. */
interface Job {
  readonly data: JsonObject;
  readonly settings: Settings;
  readonly stamp: Stamp;
  readonly times: ReadonlyMap<JsonObject, Span | null>;
}

/** What a plain record comes to. */
function ecsRecord(job: Job, { record: plain, part, state, isTrimmed, causes }: Written): JsonObject {
  const type = get(plain, 'event_type');
  const [salt, event, message] =
    state !== null ? ofState(job, state, plain) : type === 'fun_return' ? ofReturn(part, plain) : ofJob(part, plain);
  const { data, settings, stamp } = job;
  const record: JsonObject = {};
  const fun = part.fun === null ? undefined : nameOf(part.fun);
  const minion = part.minionId ?? undefined;
  const common = {
    event_type: type,
    jid: get(data, 'jid') ?? undefined,
    minion_id: minion,
    fun,
    fun_args: funArgs(part, settings),
  };
  record['salt'] = compact({
    ...{ ...common, job: jobMembers(job), ...salt, trimmed: isTrimmed ? true : undefined },
    caused_by: causes === null ? undefined : get(plain, 'caused_by'),
    caused_by_text: causes === null ? undefined : get(plain, 'caused_by_text'),
  });
  record['ecs'] = { version: '8.11.0' };
  const created = stamp.kind === 'seen' ? formatTime(stamp.micros) : stamp.kind === 'odd' ? anyTime : undefined;
  const id = settings.id ? get(plain, 'event_id') : undefined;
  record['event'] = compact({ kind: 'event', module: 'salt', action: fun, ...event, created, id });
  if (settings.trace) {
    record['trace'] = { id: get(plain, 'trace_id') };
    record['span'] = { id: get(plain, 'span_id') };
  }
  if (minion !== undefined) record['host'] = { name: minion };
  if (message !== undefined) record['message'] = message;
  if (message !== undefined && event['outcome'] === 'failure' && type !== 'job_return') record['error'] = { message };
  const labels = Object.entries(settings.add).map(([name, value]) => [name, String(value)] as const);
  if (labels.length > 0) record['labels'] = Object.fromEntries(labels);
  return record;
}

function funArgs({ funArgs: value, funArgsText: text }: Part, { funArgsText: asOne }: Settings): unknown {
  if (value === null) return undefined;
  if (asOne) return new Text(text, value);
  if (!Array.isArray(value)) return [asText(value, text ?? undefined)];
  // A null says nothing to an index.
  return value.flatMap((each: unknown, index) => (each === null ? [] : [asText(each, textOf(value, index))]));
}

function jobMembers({ data, settings }: Job): JsonObject | undefined {
  return compact(
    Object.fromEntries(settings.jobMembers.map((name) => [name, asText(get(data, name), textOf(data, name))])),
  );
}

/** Whether changes were made: a skipped state made none, one of `test=True` would. */
function isMade(state: JsonObject): boolean {
  return hasChanges(state) && get(state, 'result') !== null && kindOf(state) !== 'skipped';
}

type Parts = [salt: JsonObject, event: JsonObject, message: unknown];

function ofState({ settings, times }: Job, { name: key, state, parents }: State, plain: JsonObject): Parts {
  const names = key === null ? null : { module: key.split('_|-')[0], function: key.split('_|-').at(-1) };
  const result = get(state, 'result');
  const runNum = textOf(state, '__run_num__') ?? '';
  const extra: JsonObject = {};
  for (const name of Object.keys(state)) if (!PLACED.includes(name)) put(extra, name, get(state, name));
  const isExtra = Object.keys(extra).length > 0;
  const held = isExtra
    ? flattened(
        extra,
        Object.keys(extra).map((name) => textOf(state, name)),
      )
    : null;
  const changes = changesOf(state);
  const changesText = textOf(state, 'changes');
  const shown = changes === null || settings.changesText ? null : flattened(changes, [changesText]);
  const salt = {
    kind: kindOf(state),
    state: compact({
      ...{ key: key ?? undefined, parent: parents[0], ...names, id: get(plain, 'state_id') ?? undefined },
      name: asText(get(state, 'name'), textOf(state, 'name')),
      sls: asText(get(state, '__sls__'), textOf(state, '__sls__')),
      run_num: /^-?\d{1,15}$/.test(runNum) ? Number(runNum) : undefined,
      result: typeof result === 'boolean' ? result : undefined,
    }),
    changes: shown?.value,
    changes_text:
      changes !== null && settings.changesText ? new Text(changesText ?? null, get(state, 'changes')) : undefined,
    extra: held?.value,
    truncated: truncated({ changes: shown, extra: held }),
  };
  const duration = readDuration(state);
  const span = times.get(state);
  const category = CATEGORIES.get(names?.module ?? '');
  const event = {
    dataset: 'salt.state',
    category: ['configuration', ...(category === undefined ? [] : [category])],
    type: [isMade(state) ? 'change' : 'info'],
    action: names === null ? undefined : `${names.module}.${names.function}`,
    outcome: result === true ? 'success' : result === false ? 'failure' : 'unknown',
    duration: duration === null ? undefined : nanoseconds(duration),
    start: span === null ? anyTime : span && formatTime(span.start),
    end: span === null ? anyTime : span && formatTime(span.end),
  };
  const comment = get(state, 'comment');
  return [salt, event, comment === '' ? undefined : asText(comment, textOf(state, 'comment'))];
}

/** What `salt.changes` holds; null where there is nothing to hold. */
function changesOf(state: JsonObject): JsonObject | null {
  const changes = get(state, 'changes') ?? null;
  if (changes === null || (isObject(changes) && Object.keys(changes).length === 0)) return null;
  return isObject(changes) ? changes : { value: changes };
}

/** `salt.truncated` of what bounds cut: names with the bytes they had. */
function truncated(fields: Readonly<Record<string, Flattened | null>>): unknown {
  const length = new Any((actual) => Number.isSafeInteger(actual) && (actual as number) > 0);
  const named = Object.entries(fields).filter(([, field]) => field !== null && field.isCut !== false);
  if (named.length === 0) return undefined;
  const isSure = named.some(([, field]) => field?.isCut === true);
  const expected = Object.fromEntries(
    named.map(([name, field]) => [name, field?.isCut === true ? length : new Maybe(length)]),
  );
  return isSure ? expected : new Maybe(expected);
}

/** A return as a reader takes it in: lines, or JSON where it is neither a text nor a list of texts. */
function messageOf(value: unknown): unknown {
  const isLines = Array.isArray(value) && value.every((line) => typeof line === 'string');
  const text = isLines ? value.join('\n') : value;
  if (typeof text !== 'string') return new Text(null, value);
  return text === '' ? undefined : text;
}

function ofReturn({ runsStates }: Part, plain: JsonObject): Parts {
  const value = get(plain, 'fun_return');
  return [
    {
      kind: runsStates ? 'failed' : 'returned',
      return: new Text(null, value),
    },
    {
      ...{ dataset: 'salt.return', category: ['configuration'], type: ['info'] },
      outcome: runsStates ? 'failure' : 'unknown',
    },
    messageOf(value),
  ];
}

/** Whether a state run gave something else than state results. */
function isFailedJob(part: Part): boolean {
  const { runsStates, value } = part;
  if (!runsStates) return false;
  if (!isObject(value)) return true;
  if (statesOf(part)[0]?.name === null) return false;
  return Object.keys(value).some((key) => !isStateResult(key, get(value, key)));
}

function ofJob(part: Part, plain: JsonObject): Parts {
  const summary = Object.fromEntries(SUMMARY.map((name) => [name, get(plain, name) ?? undefined]));
  const { success, retcode } = plain;
  // Less than a nanosecond is none: then any state may be the slowest.
  if ((plain['longest_duration'] as Expected).matches(0) && summary['slowest_state'] !== undefined)
    summary['slowest_state'] = new Maybe(new Any((actual) => typeof actual === 'string'));
  return [
    {
      kind: 'job_return',
      summary: {
        ...compact(summary),
        ...(typeof success === 'boolean' ? { success } : {}),
        ...(Number.isSafeInteger(retcode) ? { retcode: new Maybe(retcode) } : {}),
      },
    },
    {
      ...{ dataset: 'salt.job', category: ['configuration'] },
      type: [statesOf(part).some(({ state }) => isMade(state)) ? 'change' : 'info'],
      outcome: (plain['failed'] as number) > 0 || isFailedJob(part) ? 'failure' : 'success',
      duration: totalNanoseconds((plain['total_duration'] as Expected).toJSON() as number),
    },
    undefined,
  ];
}

/** The records of a document that is a job return, from the plain ones. Open values stand as what they must match. */
export function ecsRecords({ reading }: Result, written: readonly Written[], options: Options): JsonObject[] {
  if (reading === null) return [];
  const settings = settingsOf(options);
  const { data, parts } = reading;
  const stamp = readStamp(get(data, '_stamp'));
  const job = { data, settings, stamp, times: jobTimes(parts, stamp) };
  return written.map((each) => ecsRecord(job, each));
}

/** Whether a value is the expected one, the order of members aside. */
export function isExpected(actual: unknown, expected: unknown): boolean {
  if (expected instanceof OneOf || expected instanceof Expected) return expected.matches(actual);
  if (expected instanceof Maybe) return actual === undefined || isExpected(actual, expected.value);
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((each, index) => isExpected(actual[index], each))
    );
  if (!isObject(expected)) return Object.is(actual, expected);
  if (!isObject(actual) || Object.keys(actual).some((name) => !has(expected, name))) return false;
  return Object.keys(expected).every((name) => {
    const value = get(expected, name);
    return has(actual, name) ? isExpected(get(actual, name), value) : value instanceof Maybe;
  });
}
