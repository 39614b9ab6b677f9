// The input: job returns in the style of a highstate, made from the states that a real Salt 3008.3 returned.
import { readFileSync } from 'node:fs';
import { createRandom } from './random.js';

/** A JSON object as parsed. */
export type JsonObject = Record<string, unknown>;

/** What the peers read: one event each, UTF-8, as `rawfile_json` writes its lines. */
export interface Corpus {
  readonly events: readonly Uint8Array[];
  /** All events together, in bytes. */
  readonly bytes: number;
  /** How many records they hold. */
  readonly records: number;
}

/** One state of the real events: its key in parts, and its object. */
interface State {
  readonly module: string;
  readonly id: string;
  readonly name: string;
  readonly fun: string;
  readonly members: JsonObject;
}

/** A job return with states: the event's members, `return` aside. */
interface Source {
  readonly data: JsonObject;
  readonly states: readonly State[];
}

const SEPARATOR = '_|-';
const STATES_PER_EVENT = 150;
const FIRST_JOB_MS = Date.UTC(2026, 10, 22, 9, 20, 0);

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The job returns among the real events whose `return` holds states and nothing else. */
function readSources(path: string | URL): Source[] {
  const sources: Source[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const { tag, data } = JSON.parse(line) as { tag: string; data: JsonObject };
    if (!/^salt\/job\/[^/]+\/ret\/[^/]+$/.test(tag) || !isObject(data['return'])) continue;
    const states = Object.entries(data['return']).flatMap(([key, members]) => {
      const [module, id, name, fun, ...more] = key.split(SEPARATOR);
      if (module === undefined || id === undefined || name === undefined || fun === undefined) return [];
      return more.length === 0 && isObject(members) ? [{ module, id, name, fun, members }] : [];
    });
    if (states.length > 0) sources.push({ data, states });
  }
  if (sources.length === 0) throw new Error(`${String(path)}: no job return with states in it`);
  return sources;
}

/** A string as `json.dumps` writes it: everything but ASCII as an escape. */
function dumpString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value as Python's `json.dumps` writes it: `", "` and `": "` between, ASCII only. */
function dump(value: unknown): string {
  if (typeof value === 'string') return dumpString(value);
  if (Array.isArray(value)) return `[${value.map(dump).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${dumpString(name)}: ${dump(member)}`);
  return `{${members.join(', ')}}`;
}

/** Two digits and more of a clock or a date. */
function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** How much of an event was there before. */
export const REPEATS = ['unique', 'again'] as const;
export type Repeats = (typeof REPEATS)[number];

/** What a fleet repeats in `again`. */
const HIGHSTATES = 12;
const MINIONS = 40;

/**
 * At least `minBytes` of events of 150 states, about 330 bytes each with their keys; what is not named here is as Salt
 * wrote it. `unique`: minion, jid, times and each state's id, name, duration and number differ. `again`: the same 12
 * highstates on 40 minions over and over, only jid, minion, times and durations differ. The same events in every run.
 * Reads the real events at `path`; throws where there are no states in them.
 */
export function makeCorpus(path: string | URL, minBytes: number, repeats: Repeats = 'unique'): Corpus {
  const random = createRandom(3008);
  const sources = readSources(path);
  // Most real states are the 400 of one large test job: every second state is taken from the other jobs.
  const pools = [
    sources.filter(({ states }) => states.length > STATES_PER_EVENT),
    sources.filter(({ states }) => states.length <= STATES_PER_EVENT),
  ].map((jobs) => jobs.flatMap(({ states }) => states));
  const encoder = new TextEncoder();

  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const list = <T>(length: number, make: (index: number) => T): T[] =>
    Array.from({ length }, (_, index) => make(index));

  /** A state with an id and a name of its own. */
  const makeState = (runNum: number): [string, JsonObject] => {
    const { module, id, name, fun, members } = pick(pools[runNum % pools.length] as readonly State[]);
    const suffix = `${random(0x1000000).toString(16)}-${runNum}`;
    const newName = `${name}.${suffix}`;
    const newId = `${id}.${suffix}`;
    const made: JsonObject = {};
    for (const [member, value] of Object.entries(members)) {
      if (member === '__id__') made[member] = newId;
      else if (member === '__run_num__') made[member] = runNum;
      else if (value === name) made[member] = newName;
      else made[member] = value;
    }
    return [[module, newId, newName, fun].join(SEPARATOR), made];
  };
  const run = ([key, members]: [string, JsonObject]): [string, JsonObject] => {
    const made = { ...members };
    if ('duration' in made) made['duration'] = (1 + random(30_000)) / 1000;
    if ('start_time' in made) made['start_time'] = `09:${pad(random(60))}:${pad(random(60))}.${pad(random(1e6), 6)}`;
    return [key, made];
  };
  const makeHighstate = (): [string, JsonObject][] => list(STATES_PER_EVENT, makeState);
  const makeMinion = (): string => `${pick(['web', 'db', 'cache', 'build'])}-${pad(random(500), 3)}.example.com`;
  const fleet =
    repeats === 'again' ? { highstates: list(HIGHSTATES, makeHighstate), minions: list(MINIONS, makeMinion) } : null;

  const events: Uint8Array[] = [];
  let bytes = 0;
  let records = 0;
  while (bytes < minBytes) {
    const stamp = new Date(FIRST_JOB_MS + events.length * 1000).toISOString().slice(0, -1);
    const jid = `${stamp.replace(/\D/g, '')}${pad(random(1000), 3)}`;
    const id = fleet === null ? makeMinion() : pick(fleet.minions);
    const states = fleet === null ? makeHighstate() : pick(fleet.highstates);
    const data = {
      ...pick(sources).data,
      id,
      jid,
      fun: pick(['state.highstate', 'state.apply', 'state.sls']),
      return: Object.fromEntries(states.map(run)),
      _stamp: `${stamp}${pad(random(1000), 3)}+00:00`,
    };
    const event = encoder.encode(dump({ data, tag: `salt/job/${jid}/ret/${id}` }));
    events.push(event);
    bytes += event.length;
    records += STATES_PER_EVENT;
  }
  return { events, bytes, records };
}

/** The same events as an agent hands them over that tails the file without a parser: `{"log":"…"}`. */
export function asText(corpus: Corpus): Corpus {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const events = corpus.events.map((event) => encoder.encode(JSON.stringify({ log: decoder.decode(event) })));
  return { events, bytes: events.reduce((sum, { length }) => sum + length, 0), records: corpus.records };
}
