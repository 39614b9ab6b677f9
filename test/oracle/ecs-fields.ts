// What an index relies on, whatever a state returned: each field of `flatten_ecs` has its one type and place. The table
// is that of docs/ecs.md.
import { MAX_LEVELS, MAX_PATH, MAX_STRING, doubledName } from './ecs-flat.js';
import { type Span, readSpan } from './json.js';

type Check = (span: Span) => boolean;
/** The fields of an object in their order. */
interface Fields {
  readonly [name: string]: Check | Fields;
}

const isString: Check = ({ text }) => text.startsWith('"');
const isStrings: Check = ({ elements }) => elements?.every(isString) ?? false;
const isNumber: Check = ({ text }) => /^-?\d/.test(text);
/** Without exponent or fraction, and no larger than `most`. */
const isLong =
  (most: bigint): Check =>
  ({ text }) =>
    /^-?(?:0|[1-9]\d*)$/.test(text) && BigInt(text) <= most && BigInt(text) >= -most;
const long = isLong(2n ** 53n);
const nanoseconds = isLong(2n ** 63n - 1n);
const isBoolean: Check = ({ text }) => text === 'true' || text === 'false';
const isOneOf =
  (...values: readonly string[]): Check =>
  ({ text }) =>
    values.some((value) => text === JSON.stringify(value));
const isHex =
  (digits: number): Check =>
  ({ text }) =>
    text.length === digits + 2 && /^"[0-9a-f]+"$/.test(text);
const isSomeOf =
  (...values: readonly string[]): Check =>
  ({ elements }) =>
    elements !== undefined && elements.length > 0 && elements.every(isOneOf(...values));
const isKeywords: Check = ({ members }) =>
  members !== undefined && members.length > 0 && members.every(({ value }) => isString(value));

/** A date as `strict_date_time` reads it, in UTC, and one that there is. */
const isDate: Check = ({ text }) => {
  const [, seconds] = /^"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z"$/.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  return seconds !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(seconds);
};

function isWithinBounds({ text, members, elements }: Span, level: number, path: number): boolean {
  if (text.startsWith('"')) return Buffer.byteLength(JSON.parse(text) as string) <= MAX_STRING;
  if (members === undefined && elements === undefined) return true;
  if (level > MAX_LEVELS) return false;
  if (elements !== undefined) return elements.every((element) => isWithinBounds(element, level + 1, path));
  return (members ?? []).every(({ name, value }) => {
    const longer = path + Buffer.byteLength(name);
    return name !== '' && !name.includes('\0') && longer <= MAX_PATH && isWithinBounds(value, level + 1, longer);
  });
}

const isFlattened: Check = (span) =>
  span.members !== undefined && span.members.length > 0 && isWithinBounds(span, 1, 0);
/** Names with the bytes they had. */
const isLengths: Check = (span) => isFlattened(span) && (span.members ?? []).every(({ value }) => long(value));

const KINDS = ['failed', 'changed', 'unchanged', 'skipped', 'would_change', 'returned', 'job_return', 'malformed'];
const FIELDS: Fields = {
  salt: {
    kind: isOneOf(...KINDS),
    event_type: isOneOf('state_return', 'fun_return', 'job_return', 'malformed'),
    ...{ jid: isString, minion_id: isString, fun: isString },
    fun_args: (span) => isString(span) || isStrings(span),
    state: {
      ...{
        key: isString,
        parent: isString,
        module: isString,
        function: isString,
        id: isString,
        name: isString,
        sls: isString,
      },
      ...{ run_num: isLong(10n ** 15n - 1n), result: isBoolean },
    },
    ...{ caused_by: isStrings, caused_by_text: isStrings },
    ...{ changes: isFlattened, changes_text: isString, extra: isFlattened, job: isKeywords },
    summary: {
      ...{ states: long, succeeded: long, changed: long, failed: long, failed_roots: long, failed_followers: long },
      ...{ skipped: long, would_change: long },
      ...{ total_duration: isNumber, longest_duration: isNumber, slowest_state: isString, sls: isStrings },
      ...{ success: isBoolean, retcode: long },
    },
    ...{ return: isString, trimmed: ({ text }) => text === 'true', truncated: isLengths },
  },
  ecs: { version: isOneOf('8.11.0') },
  event: {
    kind: isOneOf('event', 'pipeline_error'),
    module: isOneOf('salt'),
    dataset: isOneOf('salt.state', 'salt.return', 'salt.job', 'salt.malformed'),
    // What ECS 8 allows of them, and of types what it expects of all of these categories.
    category: isSomeOf('configuration', 'package', 'file', 'iam'),
    type: isSomeOf('change', 'info', 'error'),
    action: isString,
    outcome: isOneOf('success', 'failure', 'unknown'),
    ...{ duration: nanoseconds, created: isDate, start: isDate, end: isDate, id: isHex(32), original: isString },
  },
  trace: { id: isHex(32) },
  span: { id: isHex(16) },
  host: { name: isString },
  message: isString,
  error: { message: isString },
  labels: isKeywords,
};

function problemIn({ members }: Span, fields: Fields, path: string): string | null {
  if (members === undefined || members.length === 0) return `${path || 'the record'} is no object with members`;
  const order = Object.keys(fields);
  let last = -1;
  for (const { name, value } of members) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return `${path}${name} is no field of docs/ecs.md`;
    const place = order.indexOf(name);
    if (place < last) return `${path}${name} stands too late`;
    last = place;
    if (typeof field !== 'function') {
      const problem = problemIn(value, field, `${path}${name}.`);
      if (problem !== null) return problem;
    } else if (!field(value)) return `${path}${name} is ${value.text.slice(0, 200)}`;
  }
  return null;
}

const ALWAYS = ['kind', 'module', 'dataset', 'type', 'outcome'];

/** The first thing of a record's text that an index could refuse or a reader not expect; null where there is none. */
export function fieldProblem(text: string): string | null {
  JSON.parse(text); // throws where it is not JSON
  const span = readSpan(text);
  const doubled = doubledName(span);
  if (doubled !== null) return `${JSON.stringify(doubled)} stands twice`;
  const problem = problemIn(span, FIELDS, '');
  if (problem !== null) return problem;
  const { salt, event, trace, span: ofTrace } = JSON.parse(text) as Record<string, Record<string, unknown> | undefined>;
  const missing = ALWAYS.find((name) => event?.[name] === undefined);
  if (missing !== undefined) return `event.${missing} is missing`;
  if (salt?.['kind'] === undefined || salt['event_type'] === undefined)
    return 'salt.kind or salt.event_type is missing';
  if ((trace === undefined) !== (ofTrace === undefined)) return 'only one of trace and span is there';
  if (ofTrace !== undefined && ofTrace['id'] !== String(event?.['id']).slice(0, 16))
    return 'span.id is not the first half of event.id';
  return (event?.['category'] === undefined) === (salt['kind'] === 'malformed') ? null : 'event.category is wrong';
}
