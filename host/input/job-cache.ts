// A master's job cache (`/var/cache/salt/master`): its jobs as the events that made them. Salt's `local_cache` returner
// writes it (Salt 3008, `salt/returners/local_cache.py`):
// `jobs/XX/HASH/{jid,.load.p,.minions.p,MINION/return.p,MINION/out.p}`.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExtensionCodec, decode } from '@msgpack/msgpack';
import { InputError, codeOf, reasonOf } from '../core/error.js';
import { type Members, isObject } from '../core/salt.js';
import type { EventLine, InputWatcher } from './files.js';

/** Salt's own types in MessagePack (`salt/payload.py`): a date and time as text. */
const DATETIME = 78;

const codec = new ExtensionCodec();
codec.register({ type: DATETIME, encode: () => null, decode: (data) => new TextDecoder().decode(data) });

/** What a `.load.p` holds, as far as it is read. */
interface Load {
  /** `_return` where a minion began the job itself (`salt-call`): then all of it is what that minion says. */
  readonly cmd?: unknown;
  readonly fun?: unknown;
  readonly arg?: unknown;
  readonly tgt?: unknown;
  readonly tgt_type?: unknown;
  readonly user?: unknown;
}

/** One folder of a job, and the jid in it. */
interface JobFolder {
  readonly path: string;
  readonly jid: string;
}

/** MessagePack has what JSON has not: bytes become the text that they are, whole numbers of 64 bits stay exact. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (each instanceof Uint8Array) return new TextDecoder().decode(each);
    return typeof each === 'bigint' ? Number(each) : each;
  });
}

/** Names of members that are none in JSON, as Python's `json.dumps` writes them: `null`, `true`. */
function nameOf(key: unknown): string | number {
  return typeof key === 'string' || typeof key === 'number' ? key : toJson(key);
}

async function unpacked(path: string): Promise<unknown> {
  return decode(await readFile(path), { extensionCodec: codec, rawStrings: false, mapKeyConverter: nameOf });
}

/** The value of the file `name` in a folder that holds `names`; undefined where it does not. */
async function unpackedOf(folder: string, names: readonly string[], name: string): Promise<unknown> {
  return names.includes(name) ? unpacked(join(folder, name)) : undefined;
}

/** The jobs below `folder`: a master's `cachedir`, or its `jobs`; oldest first. */
async function jobsIn(folder: string): Promise<readonly JobFolder[]> {
  const root = basename(folder) === 'jobs' ? folder : join(folder, 'jobs');
  const jobs: JobFolder[] = [];
  for (const prefix of await readdir(root)) {
    for (const hash of await readdir(join(root, prefix)).catch(() => [])) {
      const path = join(root, prefix, hash);
      const jid = await readFile(join(path, 'jid'), 'utf8').catch(() => '');
      if (jid !== '') jobs.push({ path, jid: jid.trim() });
    }
  }
  return jobs.sort((a, b) => (a.jid < b.jid ? -1 : 1));
}

/**
 * The events of a job cache in portions, a job each, as `readEvents` gives those of a file: who was asked, then each
 * return. `_stamp` is not in the cache, and in no event. A job that cannot be read is told to `onError`; the next
 * follows.
 */
export async function* readJobCache(folder: string, watcher: InputWatcher): AsyncGenerator<Iterable<EventLine>> {
  let jobs: readonly JobFolder[];
  try {
    jobs = await jobsIn(folder);
  } catch (error) {
    const advice = "name the master's cachedir, by default /var/cache/salt/master";
    watcher.onError(
      new InputError(`${folder}: is not a job cache: ${reasonOf(error)}; ${advice}`, codeOf(error), folder, error),
    );
    return;
  }
  const onError = (path: string, error: unknown): void =>
    watcher.onError(new InputError(`${path}: cannot be read: ${reasonOf(error)}`, codeOf(error), path, error));
  let number = 0;
  for (const job of jobs) {
    const lines: EventLine[] = [];
    try {
      for await (const event of eventsOf(job, onError)) {
        const bytes = Buffer.from(event);
        lines.push({ bytes, file: job.path, number: ++number, offset: 0, end: bytes.length, isTooLong: false });
      }
    } catch (error) {
      onError(job.path, error);
    }
    yield lines;
  }
}

/**
 * The events of a job as JSON. A return that cannot be read is told to `onError`: it is one minion's, and the others
 * follow.
 */
async function* eventsOf(
  { path, jid }: JobFolder,
  onError: (path: string, error: unknown) => void,
): AsyncGenerator<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map(({ name }) => name);
  const load = ((await unpackedOf(path, names, '.load.p')) ?? {}) as Load;
  const asked = await unpackedOf(path, names, '.minions.p');
  const { fun, arg, tgt, tgt_type: tgtType, user } = load;
  if (Array.isArray(asked) && asked.length > 0) {
    const data = { jid, minions: asked, fun, arg, tgt, tgt_type: tgtType, user };
    yield toJson({ data, tag: `salt/job/${jid}/new` });
  }
  for (const { name: id } of entries.filter((entry) => entry.isDirectory())) {
    const folder = join(path, id);
    try {
      const event = await returnIn(folder, id, jid, load);
      if (event !== null) yield toJson(event);
    } catch (error) {
      onError(folder, error);
    }
  }
}

/** The event of what a minion returned, or a runner; null where its folder has no return. */
async function returnIn(folder: string, id: string, jid: string, load: Load): Promise<Members | null> {
  const files = await readdir(folder);
  const returned = await unpackedOf(folder, files, 'return.p');
  if (returned === undefined) return null;
  // Before 2018.3 the file held the return alone.
  const result = isObject(returned) && 'return' in returned ? returned : { return: returned };
  const out = await unpackedOf(folder, files, 'out.p');
  dropNotes(result);
  return returnOf(jid, id, load, result, out);
}

/**
 * What the master writes into a failed state when it fires its events (Salt 3008, `utils/event.py`, `fire_ret_load`).
 */
const NOTES = ['jid', 'id', 'success', 'return', 'fun', 'user'];

/**
 * Takes the master's own notes out of a job's states. It makes them between the event of the return and the cache, so
 * that the states would be other ones here than there: `retcode` in each state of a failed job, the rest in those that
 * failed.
 */
function dropNotes({ return: returned, retcode }: Members): void {
  if (!isObject(returned) || retcode === 0 || retcode === undefined) return;
  const functions = Object.values(returned).filter(isObject);
  for (const states of [returned, ...functions])
    for (const [key, state] of Object.entries(states)) {
      if (!key.includes('_|-') || !isObject(state)) continue;
      const noted = state as Record<string, unknown>;
      delete noted['retcode'];
      const parts = key.split('_|-');
      if (state['result'] === false && state['return'] === `Error: ${parts[0]}.${parts.at(-1)}`)
        for (const name of NOTES) Reflect.deleteProperty(noted, name);
    }
}

/**
 * What a minion returned, or a runner: of a runner the file holds the event itself. So it does of `salt-ssh`, which
 * keeps no `retcode` beside it, and has another jid and function in it than the job (Salt 3008,
 * `client/ssh/__init__.py`, `cache_job`).
 */
function returnOf(jid: string, id: string, { cmd, fun, arg, tgt, user }: Load, result: Members, out: unknown): Members {
  const { return: returned } = result;
  // A runner's return names by itself whose states it holds. The master keeps it under its own id, which is the job's
  // target. A minion can return to such a job, or begin one that says it is a runner's; those are its own returns.
  const isRunner = typeof fun === 'string' && fun.startsWith('runner.') && cmd === undefined && tgt === id;
  if (isRunner && isObject(returned) && 'return' in returned && 'fun' in returned)
    return { data: returned, tag: `salt/run/${jid}/ret` };
  if (
    isObject(returned) &&
    !('retcode' in result) &&
    returned['id'] === id &&
    'return' in returned &&
    'fun' in returned
  )
    return { data: { ...returned, jid }, tag: `salt/job/${jid}/ret/${id}` };
  const data = { cmd: '_return', id, jid, fun, fun_args: arg, user, ...result, ...(out === undefined ? {} : { out }) };
  return { data, tag: `salt/job/${jid}/ret/${id}` };
}
