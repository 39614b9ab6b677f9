// What an event is, and a job return taken apart: one part for each function and minion.
import type { Document } from './documents.js';
import { type JsonObject, get, has, isObject, put, readSpan, textOf, valueOf } from './json.js';

const SEPARATOR = '_|-';
const names = (module: string, functions: string): string[] => functions.split(' ').map((name) => `${module}.${name}`);
const STATE_RUNS = new Set([
  ...names(
    'state',
    'sls highstate apply test request run_request single sls_id top high low template template_str pkg',
  ),
  ...names('transactional_update', 'apply sls highstate single'),
  ...names('chroot', 'apply sls highstate'),
  ...names('dockermod', 'apply sls highstate'),
  ...names('docker', 'apply sls highstate'),
  'mgractionchains.start',
]);
const STATE_RUNNERS = new Set(names('state', 'orchestrate orch sls orchestrate_single orchestrate_high'));
/** What `salt-ssh` gives in place of a return where it could not log in. */
const SSH_MEMBERS = ['stdout', 'stderr', 'retcode'];

/** Thrown where the contract asks for a `malformed` record. `says`: how its `error` begins, where that is fixed. */
export class Malformed extends Error {
  readonly says: string | null;

  constructor(message: string, says: string | null = null) {
    super(message);
    this.says = says;
  }
}

/** One function's return at one minion: what records are made of. */
export interface Part {
  readonly minionId: unknown;
  /** Null for a result of the command line. */
  readonly fun: string | string[] | null;
  readonly funArgs: unknown;
  /** `funArgs` as the input spelled them; null where there are none. */
  readonly funArgsText: string | null;
  readonly value: unknown;
  /** Whether its failures are of interest: the function runs states. */
  readonly runsStates: boolean;
  /** Its place in a list of returns (`multifunc_ordered`), from 0; null elsewhere. */
  readonly place: number | null;
  /**
   * Whether it is the return of a runner that runs no states: it only repeats them, and without `returns: all` gives
   * nothing.
   */
  readonly repeats: boolean;
  /**
   * Whether states of `module.run` may hold states whose results come nowhere else: at a minion, not in an
   * orchestration.
   */
  readonly nests: boolean;
}

/** A state of a part. */
export interface State {
  /** Its key; null for the bare result of `state.low`. */
  readonly name: string | null;
  readonly state: JsonObject;
  /** The keys of the states that hold it, the nearest first. */
  readonly parents: readonly string[];
  /** The nearest of them; null where none does. */
  readonly holder: JsonObject | null;
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
      /** Whose its tag says it is; null where that says nothing. */
      readonly tagged: { readonly jid: string; readonly id: string | null } | null;
    }
  | { readonly kind: 'other' }
  /** Text in `log` or `message`, which is to be read in turn. */
  | { readonly kind: 'text'; readonly text: string }
);

/** Whether a key names a state: `module_|-id_|-name_|-function`, where id and name may hold separators themselves. */
export function isStateResult(key: string, value: unknown): value is JsonObject {
  return key.split(SEPARATOR).length >= 4 && isObject(value);
}

export function hasStateResults(value: unknown): value is JsonObject {
  return isObject(value) && Object.entries(value).some(([key, member]) => isStateResult(key, member));
}

/** A state of `module.run` or `module.wait`. */
function callsFunctions(key: string): boolean {
  const parts = key.split(SEPARATOR);
  return parts[0] === 'module' && ['run', 'wait'].includes(parts.at(-1) ?? '');
}

function* resultsIn(
  value: JsonObject,
  nests: boolean,
  parents: readonly string[] = [],
  holder: JsonObject | null = null,
): Generator<State> {
  for (const key of Object.keys(value)) {
    const state = get(value, key);
    if (!isStateResult(key, state)) continue;
    yield { name: key, state, parents, holder };
    const changes = get(state, 'changes');
    if (!nests || !callsFunctions(key) || !isObject(changes)) continue;
    for (const name of Object.keys(changes)) {
      const returned = get(changes, name);
      if (hasStateResults(returned)) yield* resultsIn(returned, nests, [key, ...parents], state);
    }
  }
}

/** The states of a part: its state results, each with those that it holds behind it, or the bare one of `state.low`. */
export function statesOf({ fun, value, repeats, nests }: Part): State[] {
  if (repeats || !isObject(value)) return [];
  if (hasStateResults(value)) return [...resultsIn(value, nests)];
  return fun === 'state.low' && has(value, 'result') ? [{ name: null, state: value, parents: [], holder: null }] : [];
}

/** The id of a state: its `__id__`, else the key's second part; of a bare result its name. */
export function stateId(name: string | null, state: JsonObject): string | null {
  const own = get(state, '__id__');
  if (typeof own === 'string') return own;
  if (name !== null) return name.split(SEPARATOR)[1] ?? null;
  const called = get(state, 'name');
  return typeof called === 'string' ? called : null;
}

type Kind = 'job' | 'run' | 'schedule' | 'other';

/** What a tag says of its event, and whose it is. */
function readTag(tag: string): { readonly kind: Kind; readonly jid?: string; readonly id?: string } {
  const [, jid, id] = /^salt\/job\/([^/]+)\/ret\/([^/]+)$/.exec(tag) ?? [];
  if (jid !== undefined && id !== undefined) return { kind: 'job', jid, id };
  const [, run] = /^salt\/run\/([^/]+)\/ret$/.exec(tag) ?? [];
  if (run !== undefined) return { kind: 'run', jid: run };
  return { kind: tag === '__schedule_return' ? 'schedule' : 'other' };
}

function typeName(value: unknown): string {
  return value === null ? 'null' : typeof value;
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

function jobParts(data: JsonObject, fun: string | string[], value: unknown): Part[] {
  const funArgs = get(data, 'fun_args') ?? null;
  const part = (name: string | string[], returned: unknown, place: number | null = null): Part => ({
    minionId: get(data, 'id'),
    fun: name,
    funArgs,
    funArgsText: textOf(data, 'fun_args') ?? null,
    value: returned,
    runsStates: typeof name === 'string' && runsStates(name),
    place,
    repeats: false,
    nests: true,
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

/**
 * A result of the command line, which says neither function nor, mostly, job. A text or a list in place of state
 * results says why there are none; anything else is of no interest.
 */
function foundPart(data: JsonObject): Part {
  const value = get(data, 'return');
  return {
    minionId: get(data, 'id'),
    fun: null,
    funArgs: get(data, 'fun_args') ?? null,
    funArgsText: textOf(data, 'fun_args') ?? null,
    value,
    runsStates: typeof value === 'string' || Array.isArray(value),
    place: null,
    repeats: false,
    nests: true,
  };
}

/** The parts of a runner's return. `speaker`: whose it is; null where the masters in it are named. */
function runnerParts(data: JsonObject, fun: string | string[], speaker: unknown): Part[] {
  const value = get(data, 'return');
  const runsStates = typeof fun === 'string' && STATE_RUNNERS.has(fun.replace(/^runner\./, ''));
  const part = (minionId: unknown, returned: unknown): Part => ({
    minionId,
    fun,
    funArgs: get(data, 'fun_args') ?? null,
    funArgsText: textOf(data, 'fun_args') ?? null,
    value: returned,
    runsStates,
    place: null,
    repeats: !runsStates,
    nests: false,
  });
  const whole = part(speaker, value);
  if (!runsStates || !isObject(value)) return [whole];
  const inData = get(value, 'data');
  if (!isObject(inData) && hasStateResults(value)) return [whole];
  const masters = isObject(inData) ? inData : value;
  const parts = Object.keys(masters)
    .map((name) => part(speaker ?? name, get(masters, name)))
    .filter(({ value: returned }) => typeof returned === 'object' && returned !== null);
  const isNobody = parts.length === 0 && (masters === value || Object.keys(masters).length > 0);
  return isNobody ? [whole] : parts;
}

/** What a `D` is by its tag, else by its own members; `isCertain` as in `Reading`. */
function kindOf(data: JsonObject, tag: string | undefined): { kind: Kind; isCertain: boolean } {
  const fun = get(data, 'fun');
  const isReturn = get(data, 'cmd') === '_return';
  if (has(data, 'cmd') && !isReturn) return { kind: 'other', isCertain: true };
  if (tag !== undefined) {
    const { kind } = readTag(tag);
    return { kind: kind === 'schedule' && !isReturn ? 'other' : kind, isCertain: true };
  }
  if (isReturn) {
    // The engines send no tag. `state.sls` is a minion's, the other names are those of runners alone.
    const isScheduled = typeof fun === 'string' && STATE_RUNNERS.has(fun) && !STATE_RUNS.has(fun);
    return { kind: isScheduled ? 'schedule' : 'job', isCertain: true };
  }
  if (has(data, '__run_num__')) return { kind: 'other', isCertain: true };
  return { kind: has(data, 'id') ? 'job' : 'run', isCertain: false };
}

/** What a job return without `return` holds; null where that is none. */
function withoutReturn(data: JsonObject, kind: Kind, isCertain: boolean): JsonObject | null {
  const fun = get(data, 'fun');
  const members = SSH_MEMBERS.filter((name) => has(data, name));
  const isEnough = members.length >= (isCertain ? 1 : SSH_MEMBERS.length);
  if (kind !== 'job' || typeof fun !== 'string' || !runsStates(fun) || !isEnough) return null;
  const held: JsonObject = {};
  for (const name of members) put(held, name, get(data, name));
  return held;
}

/** A `D`: whether it is a job return, and what it holds. `event`: all of it, tag and envelope included. */
function readData(data: JsonObject, tag: string | undefined, event: JsonObject): Reading {
  const other: Reading = { kind: 'other', event, isTagged: false };
  if (!has(data, 'fun') || !has(data, 'jid')) return other;
  const fun = get(data, 'fun');
  const { kind, isCertain } = kindOf(data, tag);
  if (kind === 'other') return other;
  if (kind !== 'run' && !has(data, 'id')) return other;
  if (kind === 'run' && !isRunnerFun(fun)) return other;
  const returned = has(data, 'return') ? get(data, 'return') : withoutReturn(data, kind, isCertain);
  if (!has(data, 'return') && returned === null) return other;
  if (fun === null && !isCertain && kind === 'job' && ['string', 'null'].includes(typeName(get(data, 'jid')))) {
    const parts = [foundPart(data)];
    return { kind: 'job', data, parts, isCertain, isRun: false, tagged: null, event, isTagged: false };
  }
  if (!isFun(fun)) {
    if (!isCertain) return other;
    throw new Malformed('fun');
  }
  const isRun = kind === 'run';
  const parts = kind === 'job' ? jobParts(data, fun, returned) : runnerParts(data, fun, isRun ? null : get(data, 'id'));
  const { jid, id = null } = tag === undefined ? {} : readTag(tag);
  const tagged = jid === undefined ? null : { jid, id };
  return { kind: 'job', data, parts, isCertain, isRun, tagged, event, isTagged: false };
}

/** A root that is an envelope or a `D`; null where it is neither and `log` or `message` is to be read. */
function readRoot(root: JsonObject): Reading | null {
  const other: Reading = { kind: 'other', event: root, isTagged: false };
  // What has a `cmd` is Salt's own `D`, and no wrapper: what a minion sends by `event.send` has `tag` and `data` as it
  // likes.
  if (has(root, 'cmd')) return readData(root, undefined, root);
  if (has(root, 'data') && (has(root, 'tag') || !has(root, 'return'))) {
    const data = get(root, 'data');
    const tag = get(root, 'tag');
    if (!isObject(data)) {
      if (typeof tag === 'string' && readTag(tag).kind !== 'other') throw new Malformed('data');
      return other;
    }
    if (!has(root, 'tag')) return readData(data, undefined, root);
    if (typeof tag === 'string') return readData(data, tag, root);
    if (has(data, 'return')) throw new Malformed('tag');
    return other;
  }
  const reading = readData(root, undefined, root);
  if (has(root, 'return') || reading.kind === 'job') return reading;
  return has(root, '_stamp') ? other : null; // an event itself: the logstash engine puts the tag into `message` beside it
}

/** A document as an event. Throws `Malformed` where a member of a job return is of the wrong type. */
export function readEvent({ tag, json }: Document): Reading {
  const root = valueOf(readSpan(json)) as JsonObject;
  if (tag !== null) {
    const event: JsonObject = {};
    put(event, 'tag', tag);
    put(event, 'data', root);
    return { ...readData(root, tag, event), isTagged: true };
  }
  const reading = readRoot(root);
  if (reading !== null) return reading;
  const other: Reading = { kind: 'other', event: root, isTagged: false };
  const inner = [get(root, 'log'), get(root, 'message')].find((value) => typeof value === 'string');
  return typeof inner === 'string' ? { ...other, kind: 'text', text: inner } : other;
}
