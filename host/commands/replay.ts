// `saltflat replay`: events in, NDJSON out.
import { UsageError } from '../core/error.js';
import type { ExitCode } from '../run/exit.js';
import type { FilterOptions } from '../core/filter.js';
import { Flattener } from '../core/flattener.js';
import { isAmong } from '../input/files.js';
import { filterOf } from './asked.js';
import { inputsOf } from './inputs.js';
import { clearFile } from '../run/clear.js';
import { ReplayWatch } from './judge.js';
import { networkSink } from '../delivery/tcp.js';
import { type Sink, fileSink, jsonSink } from '../delivery/sink.js';
import { run } from '../run/run.js';
import { StoppedError } from '../run/signals.js';
import { isStore, listed } from '../stores/registry.js';
import { STORE_NAMES } from '../stores/store.js';
import { type StoreReplayOptions, replayToStore } from './backfill.js';
import { summaryOf } from '../text/words.js';
import { readCertificates, readTarget } from '../delivery/tcp-address.js';
import { checkScheme } from './addresses.js';

/** What the command line asks for; `REPLAY_HELP` says what each does. */
export interface ReplayOptions extends FilterOptions, Omit<StoreReplayOptions, 'to'> {
  readonly jobCache?: string;
  readonly output?: string;
  readonly to?: string;
}

const STORES = listed(STORE_NAMES.map((name) => `${name}://…`));

/** Throws a `UsageError` where the options contradict each other or writing would destroy what is to be read. */
async function check(
  files: readonly string[],
  { output, options, to, tlsCa, ...stores }: ReplayOptions,
): Promise<void> {
  if (to !== undefined) checkScheme(to, 'replay');
  for (const option of ['rejects', 'checkpoint'] as const)
    if (stores[option] !== undefined)
      throw new UsageError(`--${option} needs --to a store: ${STORES}`, 'BAD_OPTIONS', stores[option]);
  if (tlsCa !== undefined && to?.toLowerCase().startsWith('tls:') !== true)
    throw new UsageError('--tls-ca needs --to tls://HOST:PORT', 'BAD_OPTIONS', tlsCa);
  if (output !== undefined && (await isAmong(output, options === undefined ? files : [...files, options])))
    throw new UsageError(`--output ${output}: is an input file too; name another`, 'SAME_FILE', output);
}

async function openSink({ to, tlsCa, output, tries }: ReplayOptions, onNote: (note: string) => void): Promise<Sink> {
  if (output !== undefined) return fileSink(output);
  if (to === undefined) return jsonSink(process.stdout);
  const target = readTarget(to);
  const ca = tlsCa === undefined ? undefined : await readCertificates(tlsCa);
  return networkSink(ca === undefined ? target : { ...target, ca }, { tries, onNote });
}

/** How far a run came that `signal` ended. */
function stoppedBy(signal: NodeJS.Signals, { to, output = '' }: ReplayOptions): StoppedError {
  const left = to === undefined ? `${output} holds a part of the records` : `${to} was sent a part of the records`;
  return new StoppedError(`${left}; the next run begins anew`, signal, to ?? output);
}

/**
 * Replays `files`, stdin where there is none. Resolves to the exit code, files that cannot be read included: they are
 * reported on stderr. Rejects with a `SaltflatError` where nothing can be done or the receiver is lost.
 */
export async function replay(named: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  const { to, preset = 'flatten', jobCache } = options;
  const read = await inputsOf(named, jobCache);
  const inputs = read.files;
  const filter = filterOf(options);
  if (isStore(to)) return replayToStore(read, filter, { ...options, to });
  await check(inputs, options);

  // A signal ends what writes to stdout at once, as it ends every filter: a full pipe would hold back any last word.
  const isStdout = options.output === undefined && options.to === undefined;
  return run(
    {
      inputs,
      links: read.links,
      jobCache,
      options: options.options,
      isQuiet: options.quiet,
      isBarShown: options.quiet !== true && (!isStdout || !process.stdout.isTTY),
      isStrict: options.strict,
      signals: isStdout ? undefined : 'at once',
    },
    async (replaying) => {
      const { saltflat, counts, note } = replaying;
      replaying.stopped = () => stoppedBy(replaying.signal, options);
      replaying.summary = (end) => (end === 'lost' ? [] : [summaryOf(counts)]);
      const sink = await openSink(options, note);
      const watch = new ReplayWatch(filter, preset, saltflat);
      const clear = options.output === undefined ? null : await clearFile(saltflat, options.output);
      if (clear !== null) note(clear);
      const isRead = await sink(replaying.batches(new Flattener(saltflat, preset, counts, watch.keep)));
      if (isRead) watch.judge(replaying);
      return isRead;
    },
  );
}
