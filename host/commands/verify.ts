// `saltflat verify`: whether a store has what Salt's event files hold, each record once.
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import { Flattener } from '../core/flattener.js';
import { recordHash } from '../core/copies.js';
import { type Counts, noCounts } from '../core/counts.js';
import type { EventLine } from '../input/files.js';
import { inputsOf } from './inputs.js';
import { isLeftOut } from './judge.js';
import { compareWithCache, noCacheComparison } from '../verify/job-cache.js';
import type { SaltRecord } from '../index.js';
import { jsonSink, stdoutSink } from '../delivery/sink.js';
import { nothingIn } from '../run/nothing.js';
import { type Run, run } from '../run/run.js';
import { readCertificates } from '../delivery/tcp-address.js';
import {
  SEARCHABLE_ADDRESSES,
  isStore,
  isStoreOverTls,
  readStoreAddress,
  storeAt,
  storeRow,
} from '../stores/registry.js';
import type { StoreAddress } from '../stores/store.js';
import type { StoreClient } from '../stores/store.js';
import { Buckets, type Expected } from '../verify/expected.js';
import { type Comparison, compare, isComplete, noComparison } from '../verify/compare.js';
import { FirstFindings, type Subject, jsonOf, jsonSummaryOf } from '../verify/findings.js';
import { layoutRequest, readLayouts } from '../verify/fields.js';
import { retrying } from '../delivery/retry.js';
import { type Ask, Walker } from '../verify/stored.js';

export const VERIFY_FORMATS = ['table', 'json'] as const;

/** What the command line asks for. */
export interface VerifyOptions {
  /** The store; one of this and the job cache is there. */
  readonly in?: string;
  readonly jobCache?: string;
  readonly options?: string;
  readonly format: (typeof VERIFY_FORMATS)[number];
  readonly tlsCa?: string;
  readonly tries: number;
  readonly quiet?: boolean;
}

const sinkOf = (format: VerifyOptions['format']): typeof jsonSink => (format === 'json' ? jsonSink : stdoutSink);

/** All that the files hold. */
class Contents {
  readonly buckets = new Buckets();
  readonly jids = new Set<string>();
  hasNameless = false;

  async read(verifying: Run, lines: AsyncGenerator<EventLine>, counts: Counts): Promise<void> {
    const { saltflat } = verifying;
    const events = verifying.each(
      new Flattener(saltflat, 'flatten', counts),
      (records, kinds, line) =>
        records.flatMap((record, at) =>
          kinds[at] === 'malformed' || kinds[at] === 'passed' ? [] : expectedOf(record, line),
        ),
      lines,
    );
    for await (const event of events) for (const expected of event) await this.#add(expected);
  }

  async #add(expected: Expected): Promise<void> {
    if (expected.jid === null) this.hasNameless = true;
    else this.jids.add(expected.jid);
    await this.buckets.add(expected);
  }
}

/** What the store is expected to have of a record; nothing of an event that was let pass, which has no id. */
function expectedOf(record: SaltRecord, { file, number }: EventLine): Expected[] {
  const { event_type: type, event_id: id } = record;
  if (typeof type !== 'string' || typeof id !== 'string') return [];
  const textOf = (name: string): string | null => {
    const value = record[name];
    return Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : null;
  };
  const state = textOf('state_name') ?? type;
  const who = { jid: textOf('jid'), minion: textOf('minion_id'), fun: textOf('fun') };
  return [{ id, ...who, state, file, line: number, content: recordHash(record) }];
}

/** The store of `--in`: its address, and how it is opened. Throws a `UsageError`. */
function readStore(
  address: string,
  tlsCa: string | undefined,
): {
  known: StoreAddress;
  open: (address: StoreAddress) => StoreClient;
} {
  if (!isStore(address)) throw new UsageError(`--in: expected ${SEARCHABLE_ADDRESSES}`, 'BAD_ADDRESS', '--in');
  const { search } = storeRow(storeAt(address));
  if (typeof search !== 'function') throw new UsageError(`--in: ${search.refusal}`, 'BAD_ADDRESS', '--in');
  if (tlsCa !== undefined && !isStoreOverTls(address))
    throw new UsageError('--tls-ca needs an address over TLS, such as opensearch+https://…', 'BAD_OPTIONS', tlsCa);
  return { known: readStoreAddress(address, process.env, { option: '--in', isPattern: true }), open: search };
}

/** Compares, and gives what is to be said, as it is found. */
async function* report(
  verifying: Run,
  contents: Contents,
  walker: Walker,
  ask: Ask,
  address: StoreAddress,
  { format, options }: VerifyOptions,
  files: number,
  comparison: Comparison,
): AsyncGenerator<Uint8Array> {
  const { name, index } = address;
  // What was sent a moment ago can be found only then; who may read only waits for the index to do it by itself.
  await ask({ method: 'POST', path: `/${encodeURIComponent(index)}/_refresh` }).catch(() => undefined);
  const layouts = readLayouts((await ask(layoutRequest(index))).body, name);
  const { events, malformed } = verifying.counts;
  const subject: Subject = {
    name,
    files,
    events,
    malformed,
    isWhole: verifying.exitCode === EXIT.OK,
    hasOptions: options !== undefined,
  };
  const first = new FirstFindings();
  for await (const finding of compare(contents.buckets, contents, walker, layouts, comparison)) {
    if (format === 'json') yield Buffer.from(`${jsonOf(finding)}\n`);
    else first.add(finding);
  }
  if (format === 'json') {
    yield Buffer.from(`${jsonSummaryOf(subject, comparison)}\n`);
    return;
  }
  const isNothingThere = comparison.found === 0 && comparison.missing > 0;
  const documents = isNothingThere ? await walker.count({ match_all: {} }) : undefined;
  yield Buffer.from(first.text(subject, comparison, documents));
}

/** Compares `files` with a store. Resolves to the exit code; rejects with a `SaltflatError`. */
export async function verify(named: readonly string[], options: VerifyOptions): Promise<ExitCode> {
  const { in: store, jobCache } = options;
  if (store !== undefined) return verifyStore(named, store, options);
  if (jobCache !== undefined) return verifyCache(named, jobCache, options);
  throw new UsageError('say what to compare with: --in a store, or --job-cache DIR', 'BAD_OPTIONS', '--in');
}

/** Compares with a master's job cache. */
async function verifyCache(
  named: readonly string[],
  folder: string,
  { options, format, quiet }: VerifyOptions,
): Promise<ExitCode> {
  const { files, links } = await inputsOf(named, undefined);
  return run({ inputs: files, links, options, forced: () => ({ id: true }), isQuiet: quiet }, async (verifying) => {
    const [contents, cache] = [new Contents(), new Contents()];
    verifying.atEnd(() => Promise.all([contents.buckets.remove(), cache.buckets.remove()]));
    // The cache first: what comes while it is read is in the file by then.
    await cache.read(verifying, verifying.cached(folder), noCounts());
    await contents.read(verifying, verifying.events(), verifying.counts);
    verifying.endProgress();
    const comparison = noCacheComparison();
    const { events } = verifying.counts;
    const subject = { folder, files: files.length, events, isWhole: verifying.exitCode === EXIT.OK };
    const texts = compareWithCache(contents.buckets, cache.buckets, subject, comparison, format);
    const isRead = await sinkOf(format)(process.stdout)(texts);
    if (comparison.missing + comparison.differing > 0) verifying.raise(EXIT.DIFFERENT);
    if (comparison.expected === 0) verifying.raise(EXIT.INPUT);
    return isRead;
  });
}

/** Files without a record are complete with no store: says what they are. */
function nothingToCompare(verifying: Run): void {
  const { counts, fileErrors, saltflat } = verifying;
  verifying.raise(EXIT.INPUT);
  if (fileErrors.length === 0 && !isLeftOut(counts, saltflat)) verifying.warn(nothingIn(counts));
}

/** Compares with a store. */
async function verifyStore(named: readonly string[], store: string, options: VerifyOptions): Promise<ExitCode> {
  const { tlsCa, tries, quiet, format } = options;
  const { known, open } = readStore(store, tlsCa);
  const { files, links } = await inputsOf(named, undefined);
  const address = tlsCa === undefined ? known : { ...known, ca: await readCertificates(tlsCa) };
  const { name } = address;
  return run(
    { inputs: files, links, options: options.options, forced: () => ({ id: true }), isQuiet: quiet },
    async (verifying) => {
      const { note } = verifying;
      const contents = new Contents();
      verifying.atEnd(() => contents.buckets.remove());
      if (address.isExposed)
        note(`${name}: credentials go there unencrypted; ${address.kind}+https:// keeps them secret`);
      await contents.read(verifying, verifying.events(), verifying.counts);
      verifying.endProgress();
      const client = open(address);
      verifying.atEnd(() => client.close());
      const ask: Ask = (request) => retrying(() => client.request(request), { name, tries, onNote: note });
      const comparison = noComparison();
      const walker = new Walker(address.index, ask);
      const texts = report(verifying, contents, walker, ask, address, options, files.length, comparison);
      const isRead = await sinkOf(format)(process.stdout)(texts);
      if (!isComplete(comparison)) verifying.raise(EXIT.DIFFERENT);
      if (comparison.expected === 0) nothingToCompare(verifying);
      return isRead;
    },
  );
}
