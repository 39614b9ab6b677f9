// `saltflat verify`: whether a store has what Salt's event files hold, each record once.
import { type InputError, UsageError } from '../core/error.js';
import { EXIT, type ExitCode, exitCodeOf } from '../run/exit.js';
import { type EventLine, STDIN, readEvents } from '../input/files.js';
import type { Saltflat } from '../index.js';
import { loadWith } from '../options/load.js';
import { stdoutSink } from '../delivery/sink.js';
import { type Progress, startProgress } from '../run/progress.js';
import { noCounts } from '../core/counts.js';
import { readCertificates } from '../delivery/tcp-address.js';
import { type StoreAddress, isStore, isStoreOverTls, readStoreAddress, storeKind } from '../stores/address.js';
import { Buckets } from '../verify/expected.js';
import { type StoreClient, openClient } from '../stores/opensearch-client.js';
import { type Comparison, compare, isComplete, noComparison } from '../verify/compare.js';
import { FirstFindings, type Subject, jsonOf, jsonSummaryOf } from '../verify/findings.js';
import { layoutRequest, readLayouts } from '../verify/fields.js';
import { retrying } from '../delivery/retry.js';
import { type Ask, type Jobs, Walker } from '../verify/stored.js';

export const VERIFY_FORMATS = ['table', 'json'] as const;

/** What the command line asks for. */
export interface VerifyOptions {
  readonly in: string;
  readonly options?: string;
  readonly format: (typeof VERIFY_FORMATS)[number];
  readonly tlsCa?: string;
  readonly tries: number;
  readonly quiet?: boolean;
}

/** All that the files hold. */
class Contents {
  readonly buckets = new Buckets();
  readonly jids = new Set<string>();
  hasNameless = false;
  readonly counts = noCounts();
  exitCode: ExitCode = EXIT.OK;
  readonly #saltflat: Saltflat;

  constructor(saltflat: Saltflat) {
    this.#saltflat = saltflat;
  }

  get jobs(): Jobs {
    return this;
  }

  async read(files: readonly string[], progress: Progress): Promise<void> {
    let readBytes = 0;
    const watcher = {
      onBytes: (bytes: number) => {
        readBytes += bytes;
      },
      onError: (error: InputError) => {
        this.exitCode = exitCodeOf(error);
        progress.note(`saltflat: ${error.message}`);
      },
    };
    for await (const lines of readEvents(files, watcher)) {
      for (const line of lines) await this.#add(line);
      progress.update(readBytes);
    }
  }

  async #add(line: EventLine): Promise<void> {
    this.counts.events++;
    if (line.isTooLong) {
      this.counts.malformed++;
      return;
    }
    for (const record of this.#saltflat.records(line.bytes)) {
      const members = JSON.parse(Buffer.from(record).toString()) as Record<string, unknown>;
      const { event_type: type, event_id: id } = members;
      if (type === 'malformed') this.counts.malformed++;
      if (type === 'malformed' || typeof type !== 'string' || typeof id !== 'string') continue; // passed events have no id
      const textOf = (name: string): string | null => {
        const value = members[name];
        return Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : null;
      };
      const jid = textOf('jid');
      if (jid === null) this.hasNameless = true;
      else this.jids.add(jid);
      this.counts.records++;
      const state = textOf('state_name') ?? type;
      const { file, number } = line;
      await this.buckets.add({ id, jid, minion: textOf('minion_id'), fun: textOf('fun'), state, file, line: number });
    }
  }
}

/** The address of `--in`. Throws a `UsageError`. */
function readAddress({ in: address, tlsCa }: VerifyOptions): StoreAddress {
  if (!isStore(address))
    throw new UsageError('--in: expected opensearch://[HOST[:PORT]]/INDEX or elasticsearch://…', 'BAD_ADDRESS', '--in');
  if (storeKind(address) === 'splunk-hec')
    throw new UsageError(
      '--in: HEC only takes; what Splunk has can be counted there, by event_id',
      'BAD_ADDRESS',
      '--in',
    );
  if (tlsCa !== undefined && !isStoreOverTls(address))
    throw new UsageError('--tls-ca needs an address over TLS, such as opensearch+https://…', 'BAD_OPTIONS', tlsCa);
  return readStoreAddress(address, process.env, { option: '--in', isPattern: true });
}

/** Compares, and gives what is to be said, as it is found. */
async function* report(
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
  const { events, malformed } = contents.counts;
  const subject: Subject = {
    name,
    files,
    events,
    malformed,
    isWhole: contents.exitCode === EXIT.OK,
    hasOptions: options !== undefined,
  };
  const first = new FirstFindings();
  for await (const finding of compare(contents.buckets, contents.jobs, walker, layouts, comparison)) {
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
export async function verify(files: readonly string[], options: VerifyOptions): Promise<ExitCode> {
  const { tlsCa, tries, quiet } = options;
  const isQuiet = quiet === true;
  if (files.includes(STDIN) && process.stdin.isTTY)
    throw new UsageError('no input: name a FILE, or pipe events in', 'NO_INPUT', STDIN);
  const known = readAddress(options);
  const address = tlsCa === undefined ? known : { ...known, ca: await readCertificates(tlsCa) };
  const { name } = address;
  const contents = new Contents(await loadWith(options.options, { id: true }));
  const progress = startProgress(files, contents.counts, process.stderr, !isQuiet);
  const onNote = (note: string): void => {
    if (!isQuiet) progress.note(`saltflat: ${note}`);
  };
  let client: StoreClient | undefined;
  try {
    if (address.isExposed)
      onNote(`${name}: credentials go there unencrypted; ${address.kind}+https:// keeps them secret`);
    await contents.read(files, progress);
    progress.stop();
    client = await openClient(address);
    const opened = client;
    const ask: Ask = (request) => retrying(() => opened.request(request), { name, tries, onNote });
    const comparison = noComparison();
    const walker = new Walker(address.index, ask);
    const isRead = await stdoutSink(process.stdout)(
      report(contents, walker, ask, address, options, files.length, comparison),
    );
    if (!isRead) return EXIT.OK; // who closes the pipe has seen enough
    return contents.exitCode === EXIT.OK && !isComplete(comparison) ? EXIT.DIFFERENT : contents.exitCode;
  } finally {
    progress.stop();
    await client?.close();
    await contents.buckets.remove();
  }
}
