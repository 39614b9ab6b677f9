// One loop for the commands that read events: what they read, count and say, how a signal ends them, what they exit
// with.
import { type Counts, noCounts } from '../core/counts.js';
import { OutputError } from '../core/error.js';
import type { Flattener } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import type { SaltRecord, Saltflat } from '../index.js';
import { type EventLine, type InputWatcher, readEvents } from '../input/files.js';
import { readJobCache } from '../input/job-cache.js';
import { type Forced, loadWith } from '../options/load.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit.js';
import { type Progress, startProgress } from './progress.js';
import { printable } from '../text/terminal.js';
import { StoppedError, takeSignals, whenAborted } from './signals.js';

/** What is read, and how much is said of it. */
export interface RunSettings {
  /** Files, `-` being stdin. */
  readonly inputs: readonly string[];
  /** Links that are passed over, which is said. */
  readonly links?: readonly string[];
  /** The folder of a master's job cache, read behind them. */
  readonly jobCache?: string | undefined;
  /** The options file; all defaults where there is none. */
  readonly options?: string | undefined;
  /** Options that stand above those of the file. */
  readonly forced?: Forced | undefined;
  /** Neither progress nor notes nor a summary. Files that cannot be read are told all the same. */
  readonly isQuiet?: boolean | undefined;
  /** Whether progress is shown where stderr is a terminal; unless quiet, if nothing is said. */
  readonly isBarShown?: boolean;
  /** Whether malformed records decide what the command exits with. */
  readonly isStrict?: boolean | undefined;
  /**
   * How signals end the run: the first one at once; or in time, where the work sees the first one in `stop`, and
   * `giveUp` ends it. Absent: they end the process, as they do every filter.
   */
  readonly signals?: 'at once' | 'in time' | undefined;
}

/** How a run ended. `lost`: what it makes cannot be written or sent any more. */
export type End = 'done' | 'stopped' | 'lost';

/** One run of a command. */
export class Run {
  /** What went through. */
  readonly counts: Counts = noCounts();
  /** Aborted by a signal, where the settings take them. */
  readonly stop: AbortSignal;
  /** Aborted where nothing more is waited for. */
  readonly giveUp: AbortSignal;
  /** What went wrong with files, a sentence each. */
  readonly fileErrors: string[] = [];
  /** The lines that are said at the end. The work sets it. */
  summary: (end: End) => readonly string[] = () => [];
  /** The error that says how far a run came that signals ended. The work sets it. */
  stopped: () => Error = () => new StoppedError('nothing was done', this.signal, '');
  readonly saltflat: Saltflat;
  readonly #settings: RunSettings;
  readonly #progress: Progress;
  readonly #closers: (() => unknown)[] = [];
  #readBytes = 0;
  #exitCode: ExitCode = EXIT.OK;

  constructor(saltflat: Saltflat, settings: RunSettings) {
    const { inputs, isQuiet = false, isBarShown = !isQuiet, signals } = settings;
    this.saltflat = saltflat;
    this.#settings = settings;
    this.#progress = startProgress(inputs, this.counts, process.stderr, isBarShown);
    const never = new AbortController().signal;
    const { stop, giveUp } = signals === undefined ? { stop: never, giveUp: never } : takeSignals();
    this.stop = stop;
    this.giveUp = giveUp;
  }

  /** The signal that aborted `stop`. */
  get signal(): NodeJS.Signals {
    return this.stop.reason as NodeJS.Signals;
  }

  /** What the command exits with so far: the highest code that applies. */
  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  /** Has the command exit with `code`, unless a higher one applies. */
  raise(code: ExitCode): void {
    if (code > this.#exitCode) this.#exitCode = code;
  }

  /** Says one line on stderr, quiet or not. It may name files and certificates, which others name. */
  readonly warn = (text: string): void => this.#progress.note(`saltflat: ${printable(text)}`);

  /** Says one line on stderr, unless quiet. */
  readonly note = (text: string): void => {
    if (this.#settings.isQuiet !== true) this.warn(text);
  };

  /** Has `close` called at the end, whatever that is. The last one first. */
  atEnd(close: () => unknown): void {
    this.#closers.unshift(close);
  }

  /** Told of what is read. A file that cannot be read is told of, and the next one follows. */
  readonly watcher: InputWatcher = {
    onBytes: (bytes) => {
      this.#readBytes += bytes;
    },
    onWaiting: (file) => this.note(`${file}: waiting for somebody to write to this pipe`),
    onError: (error) => {
      this.raise(exitCodeOf(error));
      this.fileErrors.push(error.message);
      this.warn(error.message);
    },
  };

  /** The same portions; progress shows how far they were read. */
  async *shown<T>(portions: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const portion of portions) {
      yield portion;
      this.#progress.update(this.#readBytes);
    }
  }

  /** The records of all inputs as NDJSON, in batches. */
  async *batches(flattener: Flattener): AsyncGenerator<Uint8Array> {
    for await (const lines of this.#portions()) yield* flattener.flatten(lines);
  }

  /** What `take` makes of the records of each event, as `Flattener.take` has it: of all inputs unless told. */
  async *each<T>(
    flattener: Flattener,
    take: (records: readonly SaltRecord[], kinds: readonly Kind[], line: EventLine) => T,
    events = this.events(),
  ): AsyncGenerator<T> {
    for await (const line of events) yield flattener.take(line, (records, kinds) => take(records, kinds, line));
  }

  /** The events of all inputs. */
  async *events(): AsyncGenerator<EventLine> {
    for await (const lines of this.#portions()) yield* lines;
  }

  /** The events of a job cache. */
  async *cached(folder: string): AsyncGenerator<EventLine> {
    for await (const lines of readJobCache(folder, this.watcher)) yield* lines;
  }

  async *#portions(): AsyncGenerator<Iterable<EventLine>> {
    const { inputs, jobCache } = this.#settings;
    yield* this.shown(readEvents(inputs, this.watcher));
    if (jobCache !== undefined) yield* this.shown(readJobCache(jobCache, this.watcher));
  }

  /** Takes the progress away, where there is some. */
  endProgress(): void {
    this.#progress.stop();
  }

  /** Does the work. Resolves to the exit code. */
  async do(work: (run: Run) => Promise<boolean>): Promise<ExitCode> {
    let isWanted: boolean;
    for (const link of this.#settings.links ?? [])
      this.note(`${link}: is a link, or below one; passed over: name it to have it read`);
    try {
      isWanted = await this.#inTime(work(this));
    } catch (error) {
      if (error instanceof StoppedError) this.#say('stopped');
      else if (error instanceof OutputError) this.#say('lost');
      throw error;
    } finally {
      this.endProgress();
      for (const close of this.#closers) await close();
    }
    if (!isWanted) return EXIT.OK; // who closes the pipe has seen enough
    this.#say('done');
    if (this.#settings.isStrict === true && this.counts.malformed > 0) this.raise(EXIT.MALFORMED);
    return this.#exitCode;
  }

  #say(end: End): void {
    for (const line of this.summary(end)) this.note(line);
  }

  /** The work, until signals end it. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    const end = this.#settings.signals === 'at once' ? this.stop : this.giveUp;
    work.catch(() => undefined); // it may fail when nobody waits for it any more
    try {
      return await Promise.race([work, whenAborted(end, this.stopped)]);
    } catch (error) {
      throw end.aborted ? this.stopped() : error;
    }
  }
}

/**
 * One run of a command: loads the options, does `work`, says what came of it. `work` resolves to false where the reader
 * of its output wants no more. Resolves to the exit code, in which files that cannot be read count: they are told of on
 * stderr. Rejects with a `SaltflatError` where nothing can be done.
 */
export async function run(settings: RunSettings, work: (run: Run) => Promise<boolean>): Promise<ExitCode> {
  return new Run(await loadWith(settings.options, settings.forced), settings).do(work);
}
