// The oracle: what one event's records are, worked out from the contract with JSON.parse alone. It knows nothing of the
// module's code; where the two disagree, the contract decides.

/** A JSON object as parsed: own members only, `__proto__` among them. */
export type JsonObject = Record<string, unknown>;

/** What an event comes to: its records, or the one place where it is malformed. */
export type Verdict =
  | { readonly kind: 'records'; readonly records: readonly JsonObject[] }
  /** `evidence`: the text that is wrong, the input itself or what `log` or `message` holds. */
  | { readonly kind: 'malformed'; readonly of: 'input' | 'text'; readonly evidence: Uint8Array };

/** The deepest nesting that is read; the root is level 1. */
export const MAX_DEPTH = 512;
/** The deepest record: two levels around it, and Fluent Bit carries no more (test/agents, hostile input). */
export const MAX_RECORD_DEPTH = 61;
/** Fluent Bit takes a number that no double holds for invalid JSON; the module refuses from the last power of ten on. */
const MAX_NUMBER = 1e308;

const SEPARATOR = '_|-';
const STATE_RUNS = new Set(
  ['sls', 'highstate', 'apply', 'single', 'sls_id', 'top', 'high', 'low', 'template', 'template_str', 'pkg'].map(
    (name) => `state.${name}`,
  ),
);
const STATE_RUNNERS = new Set(['runner.state.orchestrate', 'runner.state.orch', 'runner.state.sls']);

/** Thrown where the contract asks for a `malformed` record. */
class Malformed extends Error {}

const NOTHING: readonly JsonObject[] = [];

const { hasOwn, defineProperty } = Object; // jest looks globals up slowly, and these are asked for millions of times

function has(object: JsonObject, name: string): boolean {
  return hasOwn(object, name);
}

/** A member's value, undefined where there is none; never one of `Object.prototype`. */
function get(object: JsonObject, name: string): unknown {
  return has(object, name) ? object[name] : undefined;
}

/** Adds a member, also one named `__proto__`. */
function put(object: JsonObject, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The deepest nesting in a valid JSON text, brackets in strings left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Malformed('not JSON', { cause });
  }
  if (depthOf(text) > MAX_DEPTH) throw new Malformed('too deep');
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
  if (numbers.some((number) => Math.abs(Number(number)) >= MAX_NUMBER)) throw new Malformed('number');
  return value;
}

/** A text as an event: the object it holds, with the tag in front of it where it is TAG<TAB>JSON. */
function readText(text: string): { tag?: string; root: JsonObject } {
  const start = text.replace(/^[ \t\n\r]+/, '');
  if (start.startsWith('{')) return { root: parse(start) as JsonObject };
  const tagged = /^([^\t]*)\t[ \t\n\r]*(\{[^]*)$/.exec(start);
  if (tagged?.[1] === undefined || tagged[2] === undefined) throw new Malformed('no object');
  return { tag: tagged[1], root: parse(tagged[2]) as JsonObject };
}

/** Whether a key names a state: `module_|-id_|-name_|-function`, where id and name may hold separators themselves. */
function isStateKey(key: string): boolean {
  return key.split(SEPARATOR).length >= 4;
}

function isStateResult(key: string, value: unknown): value is JsonObject {
  return isStateKey(key) && isObject(value);
}

function hasStateResults(value: unknown): boolean {
  return isObject(value) && Object.entries(value).some(([key, member]) => isStateResult(key, member));
}

/** One function's return at one minion: what records are made of. */
interface Part {
  readonly minionId: unknown;
  readonly fun: unknown;
  readonly funArgs: unknown;
  readonly value: unknown;
  /** Whether its failures are of interest: the function runs states. */
  readonly runsStates: boolean;
}

type TagKind = 'job' | 'run' | 'other';

function kindOfTag(tag: string): TagKind {
  if (/^salt\/job\/[^/]+\/ret\/[^/]+$/.test(tag)) return 'job';
  if (/^salt\/run\/[^/]+\/ret$/.test(tag)) return 'run';
  return 'other';
}

function isRunnerFun(fun: unknown): fun is string {
  return typeof fun === 'string' && fun.startsWith('runner.');
}

function isFun(fun: unknown): fun is string | string[] {
  return typeof fun === 'string' || (Array.isArray(fun) && fun.every((name) => typeof name === 'string'));
}

function jobParts(data: JsonObject, fun: string | string[]): Part[] {
  const minionId = get(data, 'id');
  const value = get(data, 'return');
  const funArgs = get(data, 'fun_args') ?? null;
  if (typeof fun === 'string') return [{ minionId, fun, funArgs, value, runsStates: STATE_RUNS.has(fun) }];

  const argsOf = (index: number): unknown => (Array.isArray(funArgs) ? (funArgs[index] ?? null) : null);
  const part = (name: string, args: unknown, returned: unknown): Part => ({
    minionId,
    fun: name,
    funArgs: args,
    value: returned,
    runsStates: STATE_RUNS.has(name),
  });
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) => {
      const name = fun[index];
      if (name !== undefined) return part(name, argsOf(index), element);
      return { minionId, fun, funArgs, value: element, runsStates: false }; // more returns than functions
    });
  }
  if (!isObject(value))
    return [{ minionId, fun, funArgs, value, runsStates: fun.some((name) => STATE_RUNS.has(name)) }];
  const listed = [...new Set(fun)].filter((name) => has(value, name));
  const others = Object.keys(value).filter((name) => !fun.includes(name));
  return [
    ...listed.map((name) => part(name, argsOf(fun.lastIndexOf(name)), get(value, name))),
    ...others.map((name) => part(name, null, get(value, name))),
  ];
}

function runnerParts(data: JsonObject, fun: string): Part[] {
  const value = get(data, 'return');
  const funArgs = get(data, 'fun_args') ?? null;
  const runsStates = STATE_RUNNERS.has(fun);
  const perMinion = (minions: JsonObject): Part[] =>
    Object.keys(minions).map((minionId) => ({ minionId, fun, funArgs, value: get(minions, minionId), runsStates }));
  if (isObject(value)) {
    const minions = get(value, 'data');
    if (isObject(minions)) return perMinion(minions);
    if (!runsStates && !hasStateResults(value)) return perMinion(value);
  }
  return [{ minionId: null, fun, funArgs, value, runsStates }];
}

/** Builds an event's records; what all of them share is kept here. */
class Writer {
  readonly records: JsonObject[] = [];
  readonly #data: JsonObject;

  constructor(data: JsonObject) {
    this.#data = data;
  }

  /** A state's own members first, those of the event over them. `name` is null for the bare result of `state.low`. */
  #state(part: Part, name: string | null, state: JsonObject): void {
    const common: JsonObject = { state_name: name, state_id: stateId(name, state) };
    this.#addEvent(common, part, 'state_return');
    const record: JsonObject = {};
    for (const key of Object.keys(state)) if (!has(common, key)) put(record, key, get(state, key));
    this.records.push(Object.assign(record, common));
  }

  #funReturn(part: Part, value: unknown): void {
    const record: JsonObject = { fun_return: value };
    this.#addEvent(record, part, 'fun_return');
    if (value === 'VALUE_TRIMMED' || (isObject(value) && Object.values(value).includes('VALUE_TRIMMED'))) {
      record['trimmed'] = true;
    }
    this.records.push(record);
  }

  #addEvent(record: JsonObject, part: Part, type: string): void {
    record['minion_id'] = part.minionId;
    record['jid'] = get(this.#data, 'jid');
    record['fun'] = part.fun;
    record['fun_args'] = part.funArgs;
    record['event_type'] = type;
    if (has(this.#data, '_stamp')) record['_stamp'] = get(this.#data, '_stamp');
  }

  add(part: Part): void {
    const { value } = part;
    if (!isObject(value)) {
      if (part.runsStates) this.#funReturn(part, value);
    } else if (hasStateResults(value)) {
      const rest: JsonObject = {};
      for (const [key, member] of Object.entries(value)) {
        if (isStateResult(key, member)) this.#state(part, key, member);
        else put(rest, key, member);
      }
      if (Object.keys(rest).length > 0) this.#funReturn(part, rest);
    } else if (part.fun === 'state.low' && has(value, 'result')) {
      this.#state(part, null, value);
    } else if (part.runsStates && Object.keys(value).length > 0) {
      this.#funReturn(part, value);
    }
  }
}

function stateId(name: string | null, state: JsonObject): unknown {
  const own = get(state, '__id__');
  if (typeof own === 'string') return own;
  if (name !== null) return name.split(SEPARATOR)[1];
  const called = get(state, 'name');
  return typeof called === 'string' ? called : null;
}

/** The records of a `D`: whether it is a job return, and what it holds. */
function flattenData(data: JsonObject, tag: string | undefined): readonly JsonObject[] {
  if (!has(data, 'return') || !has(data, 'fun') || !has(data, 'jid')) return NOTHING;
  const fun = get(data, 'fun');
  let kind: TagKind = 'other';
  let certain = true;
  if (tag !== undefined) kind = kindOfTag(tag);
  else if (has(data, 'cmd')) kind = get(data, 'cmd') === '_return' ? 'job' : 'other';
  else if (!has(data, '__run_num__')) {
    certain = false;
    kind = has(data, 'id') ? 'job' : 'run';
  }
  if (kind === 'other') return NOTHING;
  if (kind === 'job' && !has(data, 'id')) return NOTHING;
  if (kind === 'run' && !isRunnerFun(fun)) return NOTHING;
  if (!isFun(fun)) {
    if (!certain) return NOTHING;
    throw new Malformed('fun');
  }
  const parts = kind === 'run' ? runnerParts(data, fun as string) : jobParts(data, fun);
  const writer = new Writer(data);
  for (const part of parts) writer.add(part);
  // What only looks like a job return is one if it has something to say.
  if (!certain && writer.records.length === 0) return NOTHING;
  if (typeof get(data, 'jid') !== 'string') throw new Malformed('jid');
  if (kind === 'job' && typeof get(data, 'id') !== 'string') throw new Malformed('id');
  return writer.records;
}

/** The records of a root that is an envelope or a `D`; null where it is neither and `log` or `message` is to be read. */
function flattenRoot(root: JsonObject): readonly JsonObject[] | null {
  if (has(root, 'data') && (has(root, 'tag') || !has(root, 'return'))) {
    const data = get(root, 'data');
    const tag = get(root, 'tag');
    if (!isObject(data)) {
      if (typeof tag === 'string' && kindOfTag(tag) !== 'other') throw new Malformed('data');
      return NOTHING;
    }
    if (!has(root, 'tag')) return flattenData(data, undefined);
    if (typeof tag === 'string') return flattenData(data, tag);
    if (has(data, 'return')) throw new Malformed('tag');
    return NOTHING;
  }
  return has(root, 'return') ? flattenData(root, undefined) : null;
}

function flattenText(text: string): readonly JsonObject[] | { inner: string } {
  const { tag, root } = readText(text);
  if (tag !== undefined) return flattenData(root, tag);
  const records = flattenRoot(root);
  if (records !== null) return records;
  if (has(root, '_stamp')) return NOTHING; // an event itself: the logstash engine puts the tag into `message` beside it
  const inner = [get(root, 'log'), get(root, 'message')].find((value) => typeof value === 'string');
  return typeof inner === 'string' ? { inner } : NOTHING;
}

function shallow(records: readonly JsonObject[]): readonly JsonObject[] {
  if (records.some((record) => depthOf(JSON.stringify(record)) > MAX_RECORD_DEPTH))
    throw new Malformed('record too deep');
  return records;
}

const utf8 = new TextEncoder();

/** What the contract says about one event. `input`: the bytes as the agent hands them over. */
export function oracle(input: Uint8Array): Verdict {
  let of: 'input' | 'text' = 'input';
  let evidence = input;
  try {
    const read = flattenText(new TextDecoder().decode(input)); // malformed UTF-8 as U+FFFD, a BOM left out
    if (!('inner' in read)) return { kind: 'records', records: shallow(read) };
    of = 'text';
    evidence = utf8.encode(read.inner); // lone surrogates as U+FFFD
    const text = new TextDecoder().decode(evidence);
    if (/^[ \t\n\r]*$/.test(text)) return { kind: 'records', records: NOTHING };
    const inner = flattenText(text);
    return { kind: 'records', records: 'inner' in inner ? NOTHING : shallow(inner) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', of, evidence };
    throw error;
  }
}
