// What an event is, and a job return taken apart: one part for each function and minion.
import { type JsonObject, depthOf, get, has, isObject, put, readSpan, textOf, valueOf } from './json.js';

/** The deepest nesting that is read; the root is level 1. */
export const MAX_DEPTH = 512;
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
export class Malformed extends Error {}

/** One function's return at one minion: what records are made of. */
export interface Part {
  readonly minionId: unknown;
  readonly fun: string | string[];
  readonly funArgs: unknown;
  /** `funArgs` as the input spelled them; null where there are none. */
  readonly funArgsText: string | null;
  readonly value: unknown;
  /** Whether its failures are of interest: the function runs states. */
  readonly runsStates: boolean;
  /** Its place in a list of returns (`multifunc_ordered`), from 0; null elsewhere. */
  readonly place: number | null;
  /** Whether it stands for all of a runner's return, whose minions hold no states: without `returns: all` there is nothing in it. */
  readonly isWhole: boolean;
}

/** What an event is. */
export type Reading = {
  /** All of it, as it leaves if it is no job return. */
  readonly event: JsonObject;
  /** Whether it is TAG<TAB>JSON. */
  readonly isTagged: boolean;
} & (
  | {
      readonly kind: 'job';
      readonly data: JsonObject;
      readonly parts: readonly Part[];
      /** Where there is no tag and no `cmd`, only what the event says can show that it is a job return. */
      readonly isCertain: boolean;
      /** Whether it is a runner's. */
      readonly isRun: boolean;
    }
  | { readonly kind: 'other' }
  /** Text in `log` or `message`, which is to be read in turn. */
  | { readonly kind: 'text'; readonly text: string }
);

function parse(text: string): JsonObject {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new Malformed('not JSON', { cause });
  }
  if (depthOf(text) > MAX_DEPTH) throw new Malformed('too deep');
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
  if (numbers.some((number) => Math.abs(Number(number)) >= MAX_NUMBER)) throw new Malformed('number');
  return valueOf(readSpan(text)) as JsonObject;
}

/** Whether a key names a state: `module_|-id_|-name_|-function`, where id and name may hold separators themselves. */
export function isStateResult(key: string, value: unknown): value is JsonObject {
  return key.split(SEPARATOR).length >= 4 && isObject(value);
}

export function hasStateResults(value: unknown): value is JsonObject {
  return isObject(value) && Object.entries(value).some(([key, member]) => isStateResult(key, member));
}

/** The id of a state: its `__id__`, else the key's second part; of a bare result its name. */
export function stateId(name: string | null, state: JsonObject): string | null {
  const own = get(state, '__id__');
  if (typeof own === 'string') return own;
  if (name !== null) return name.split(SEPARATOR)[1] ?? null;
  const called = get(state, 'name');
  return typeof called === 'string' ? called : null;
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

/** Whether a function runs states, or one of a list does. */
export function runsStates(fun: unknown): boolean {
  return [fun].flat().some((name) => typeof name === 'string' && STATE_RUNS.has(name));
}

function jobParts(data: JsonObject, fun: string | string[]): Part[] {
  const value = get(data, 'return');
  const funArgs = get(data, 'fun_args') ?? null;
  const part = (name: string | string[], returned: unknown, place: number | null = null): Part => ({
    minionId: get(data, 'id'),
    fun: name,
    funArgs,
    funArgsText: textOf(data, 'fun_args') ?? null,
    value: returned,
    runsStates: typeof name === 'string' && runsStates(name),
    place,
    isWhole: false,
  });
  if (typeof fun === 'string') return [part(fun, value)];

  /** The arguments of one function of the list. */
  const withArgs = (each: Part, index: number): Part =>
    Array.isArray(funArgs) && index in funArgs
      ? { ...each, funArgs: funArgs[index] as unknown, funArgsText: textOf(funArgs, index) ?? null }
      : { ...each, funArgs: null, funArgsText: null };
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) => {
      const name = fun[index];
      if (name !== undefined) return withArgs(part(name, element, index), index);
      return part(fun, element, index); // more returns than functions
    });
  }
  if (!isObject(value)) return [{ ...part(fun, value), runsStates: runsStates(fun) }];
  const listed = [...new Set(fun)].filter((name) => has(value, name));
  const others = Object.keys(value).filter((name) => !fun.includes(name));
  return [
    ...listed.map((name) => withArgs(part(name, get(value, name)), fun.lastIndexOf(name))),
    ...others.map((name) => withArgs(part(name, get(value, name)), -1)),
  ];
}

function runnerParts(data: JsonObject, fun: string): Part[] {
  const value = get(data, 'return');
  const runsStates = STATE_RUNNERS.has(fun);
  const part = (minionId: string | null, returned: unknown): Part => ({
    minionId,
    fun,
    funArgs: get(data, 'fun_args') ?? null,
    funArgsText: textOf(data, 'fun_args') ?? null,
    value: returned,
    runsStates,
    place: null,
    isWhole: false,
  });
  const whole = part(null, value);
  const perMinion = (minions: JsonObject): Part[] => {
    const parts = Object.keys(minions).map((minionId) => part(minionId, get(minions, minionId)));
    return runsStates || parts.some((each) => hasStateResults(each.value)) ? parts : [{ ...whole, isWhole: true }];
  };
  if (isObject(value)) {
    const minions = get(value, 'data');
    if (isObject(minions)) return perMinion(minions);
    if (!runsStates && !hasStateResults(value)) return perMinion(value);
  }
  return [whole];
}

/** A `D`: whether it is a job return, and what it holds. `event`: all of it, tag and envelope included. */
function readData(data: JsonObject, tag: string | undefined, event: JsonObject): Reading {
  const other: Reading = { kind: 'other', event, isTagged: false };
  if (!has(data, 'return') || !has(data, 'fun') || !has(data, 'jid')) return other;
  const fun = get(data, 'fun');
  let kind: TagKind = 'other';
  let isCertain = true;
  if (tag !== undefined) kind = kindOfTag(tag);
  else if (has(data, 'cmd')) kind = get(data, 'cmd') === '_return' ? 'job' : 'other';
  else if (!has(data, '__run_num__')) {
    isCertain = false;
    kind = has(data, 'id') ? 'job' : 'run';
  }
  if (kind === 'other') return other;
  if (kind === 'job' && !has(data, 'id')) return other;
  if (kind === 'run' && !isRunnerFun(fun)) return other;
  if (!isFun(fun)) {
    if (!isCertain) return other;
    throw new Malformed('fun');
  }
  const isRun = kind === 'run';
  const parts = isRun ? runnerParts(data, fun as string) : jobParts(data, fun);
  return { kind: 'job', data, parts, isCertain, isRun, event, isTagged: false };
}

/** A root that is an envelope or a `D`; null where it is neither and `log` or `message` is to be read. */
function readRoot(root: JsonObject): Reading | null {
  const other: Reading = { kind: 'other', event: root, isTagged: false };
  if (has(root, 'data') && (has(root, 'tag') || !has(root, 'return'))) {
    const data = get(root, 'data');
    const tag = get(root, 'tag');
    if (!isObject(data)) {
      if (typeof tag === 'string' && kindOfTag(tag) !== 'other') throw new Malformed('data');
      return other;
    }
    if (!has(root, 'tag')) return readData(data, undefined, root);
    if (typeof tag === 'string') return readData(data, tag, root);
    if (has(data, 'return')) throw new Malformed('tag');
    return other;
  }
  return has(root, 'return') ? readData(root, undefined, root) : null;
}

/** A text as an event: the object it holds, or TAG<TAB>JSON. Throws `Malformed` where it is neither. */
export function readEvent(text: string): Reading {
  const start = text.replace(/^[ \t\n\r]+/, '');
  if (!start.startsWith('{')) {
    const tagged = /^([^\t]*)\t[ \t\n\r]*(\{[^]*)$/.exec(start);
    if (tagged?.[1] === undefined || tagged[2] === undefined) throw new Malformed('no object');
    const data = parse(tagged[2]);
    const event: JsonObject = {};
    put(event, 'tag', tagged[1]);
    put(event, 'data', data);
    return { ...readData(data, tagged[1], event), isTagged: true };
  }
  const root = parse(start);
  const other: Reading = { kind: 'other', event: root, isTagged: false };
  const reading = readRoot(root);
  if (reading !== null) return reading;
  if (has(root, '_stamp')) return other; // an event itself: the logstash engine puts the tag into `message` beside it
  const inner = [get(root, 'log'), get(root, 'message')].find((value) => typeof value === 'string');
  return typeof inner === 'string' ? { ...other, kind: 'text', text: inner } : other;
}
