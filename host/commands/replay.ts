// `saltflat replay`: events in, NDJSON out.
import { stat } from 'node:fs/promises';
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode, exitCodeOf } from '../run/exit.js';
import { Flattener } from '../core/flattener.js';
import type { Preset } from '../index.js';
import { STDIN, readEvents } from '../input/files.js';
import { networkSink } from '../delivery/tcp.js';
import { loadWith } from '../options/load.js';
import { type Sink, fileSink, stdoutSink } from '../delivery/sink.js';
import { startProgress } from '../run/progress.js';
import { StoppedError, takeSignals, whenAborted } from '../run/signals.js';
import { isStore } from '../stores/address.js';
import { replayToStore } from './backfill.js';
import { noCounts } from '../core/counts.js';
import { summaryOf } from '../text/words.js';
import { checkScheme, readCertificates, readTarget } from '../delivery/tcp-address.js';

/** What the command line asks for; `HELP` says what each does. */
export interface ReplayOptions {
  /** `flatten` unless told; to OpenSearch and Elasticsearch `flatten_ecs`. */
  readonly preset?: Preset;
  readonly options?: string;
  readonly output?: string;
  readonly to?: string;
  readonly tlsCa?: string;
  readonly tries: number;
  readonly rejects?: string;
  readonly checkpoint?: string;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

const STORES = 'opensearch://…, elasticsearch://… or splunk-hec://…';

/** Throws a `UsageError` where the options contradict each other or writing would destroy what is to be read. */
async function check(files: readonly string[], { output, to, tlsCa, ...stores }: ReplayOptions): Promise<void> {
  if (to !== undefined) checkScheme(to, 'replay');
  for (const option of ['rejects', 'checkpoint'] as const)
    if (stores[option] !== undefined)
      throw new UsageError(`--${option} needs --to a store: ${STORES}`, 'BAD_OPTIONS', stores[option]);
  if (tlsCa !== undefined && to?.toLowerCase().startsWith('tls:') !== true)
    throw new UsageError('--tls-ca needs --to tls://HOST:PORT', 'BAD_OPTIONS', tlsCa);
  if (output === undefined) return;
  const written = await stat(output).catch(() => null);
  if (written?.isFile() !== true) return;
  for (const file of files) {
    const read = file === STDIN ? null : await stat(file).catch(() => null);
    if (read?.ino === written.ino && read.dev === written.dev)
      throw new UsageError(`--output ${output}: is an input file too; name another`, 'SAME_FILE', output);
  }
}

async function openSink({ to, tlsCa, output, tries }: ReplayOptions, onNote: (note: string) => void): Promise<Sink> {
  if (output !== undefined) return fileSink(output);
  if (to === undefined) return stdoutSink(process.stdout);
  const target = readTarget(to);
  const ca = tlsCa === undefined ? undefined : await readCertificates(tlsCa);
  return networkSink(ca === undefined ? target : { ...target, ca }, { tries, onNote });
}

/** Rejects with a `StoppedError` at the first signal. */
function whenStopped({ to, output = '' }: ReplayOptions): Promise<never> {
  const { stop } = takeSignals();
  const left = to === undefined ? `${output} holds a part of the records` : `${to} was sent a part of the records`;
  return whenAborted(
    stop,
    () => new StoppedError(`${left}; the next run begins anew`, stop.reason as NodeJS.Signals, to ?? output),
  );
}

/**
 * Replays `files`, stdin where there is none. Resolves to the exit code, files that cannot be read included: they are
 * reported on stderr. Rejects with a `SaltflatError` where nothing can be done or the receiver is lost.
 */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<ExitCode> {
  if (files.length === 0 && process.stdin.isTTY)
    throw new UsageError(
      'no input: name a FILE, or pipe events in; `saltflat replay --help` tells more',
      'NO_INPUT',
      STDIN,
    );
  const inputs = files.length === 0 ? [STDIN] : files;
  const { to, preset = 'flatten' } = options;
  if (isStore(to)) return replayToStore(inputs, { ...options, to });
  await check(inputs, options);

  const counts = noCounts();
  // A signal ends what writes to stdout at once, as it ends every filter: a full pipe would hold back any last word.
  const isStdout = options.output === undefined && to === undefined;
  const isBarShown = options.quiet !== true && (!isStdout || !process.stdout.isTTY);
  const saltflat = await loadWith(options.options);
  let exitCode: ExitCode = EXIT.OK;
  let readBytes = 0;
  const sink = await openSink(options, (note) => {
    if (options.quiet !== true) progress.note(`saltflat: ${note}`);
  });
  const progress = startProgress(inputs, counts, process.stderr, isBarShown);

  async function* batches(): AsyncGenerator<Uint8Array> {
    const flattener = new Flattener(saltflat, preset, counts);
    const portions = readEvents(inputs, {
      onBytes: (bytes) => {
        readBytes += bytes;
      },
      onError: (error) => {
        exitCode = exitCodeOf(error);
        progress.note(`saltflat: ${error.message}`);
      },
    });
    for await (const lines of portions) {
      yield* flattener.flatten(lines);
      progress.update(readBytes);
    }
  }

  let isComplete: boolean;
  try {
    const written = sink(batches());
    isComplete = await (isStdout ? written : Promise.race([written, whenStopped(options)]));
  } catch (error) {
    if (error instanceof StoppedError && options.quiet !== true) progress.note(`saltflat: ${summaryOf(counts)}`);
    throw error;
  } finally {
    progress.stop();
  }
  if (!isComplete) return EXIT.OK; // who closes the pipe has seen enough
  if (options.quiet !== true) process.stderr.write(`saltflat: ${summaryOf(counts)}\n`);
  return exitCode === EXIT.OK && options.strict === true && counts.malformed > 0 ? EXIT.MALFORMED : exitCode;
}
