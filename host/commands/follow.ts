// `saltflat follow`: files that grow in, records out, for as long as it runs.
import { Checkpoint } from '../disk/checkpoint.js';
import { OutputError, UsageError } from '../core/error.js';
import type { ExitCode } from '../run/exit.js';
import { Flattener } from '../core/flattener.js';
import { type HttpTarget, isHttp, readHttpTarget } from '../delivery/http-address.js';
import type { Preset } from '../index.js';
import { STDIN } from '../input/files.js';
import { RESEND_BYTES, networkSink } from '../delivery/tcp.js';
import { type Sink, stdoutSink } from '../delivery/sink.js';
import { type Piece, Taken, piecesOf, postPieces } from '../delivery/pieces.js';
import { Poster } from '../delivery/http.js';
import { keepRefusal } from '../disk/rejects.js';
import { plural, summaryOf } from '../text/words.js';
import { run } from '../run/run.js';
import { checkScheme, readCertificates, readTarget } from '../delivery/tcp-address.js';
import { Watcher } from '../input/watch.js';

/** What the command line asks for; `FOLLOW_HELP` says what each does. */
export interface FollowOptions {
  readonly preset: Preset;
  readonly options?: string;
  readonly checkpoint?: string;
  readonly from: 'start' | 'end';
  readonly poll: number;
  readonly to?: string;
  readonly tlsCa?: string;
  readonly rejects?: string;
  readonly quiet?: boolean;
}

/** Delivers pieces until they end. Resolves to false where the receiver wants no more. */
type Delivery = (pieces: AsyncIterable<Piece>) => Promise<boolean>;

/** Throws a `UsageError` where the options contradict each other. */
function check(files: readonly string[], { to, tlsCa, rejects, checkpoint }: FollowOptions): void {
  if (files.includes(STDIN))
    throw new UsageError('stdin cannot be followed: `saltflat replay -` reads it as it comes', 'BAD_OPTIONS', STDIN);
  if (to !== undefined) checkScheme(to, 'follow');
  const isHttpTarget = to !== undefined && isHttp(to);
  if (rejects !== undefined && !isHttpTarget)
    throw new UsageError('--rejects needs --to http://… or https://…', 'BAD_OPTIONS', rejects);
  if (isHttpTarget && rejects === undefined && checkpoint === undefined)
    throw new UsageError('--to http needs --checkpoint FILE (or at least --rejects FILE)', 'BAD_OPTIONS', '--to');
  if (tlsCa !== undefined && !/^(tls|https):/i.test(to ?? ''))
    throw new UsageError('--tls-ca needs --to tls://HOST:PORT or https://…', 'BAD_OPTIONS', tlsCa);
}

/** Stdout or TCP: bytes count as delivered when the kernel has taken them, over TCP when as many more are behind them as are sent again. */
function streamDelivery(sink: Sink, checkpoint: Checkpoint, holdBytes: number, isConfirmed: () => boolean): Delivery {
  return async (pieces) => {
    const taken = new Taken(checkpoint, { holdBytes });
    const isComplete = await sink(taken.bytesOf(pieces));
    if (isComplete && isConfirmed()) taken.moveAll();
    return isComplete;
  };
}

/** HTTP: records count as delivered when the answer is 2xx or they are among the rejects. */
function httpDelivery(
  target: HttpTarget,
  rejects: string,
  checkpoint: Checkpoint,
  giveUp: AbortSignal,
  onNote: (note: string) => void,
): Delivery {
  return async (pieces) => {
    const poster = new Poster(target, {
      giveUp,
      onNote,
      onRefusal: async (refusal) => {
        await keepRefusal(rejects, target.name, refusal);
        const { status, reason, lines } = refusal;
        const why = reason === '' ? String(status) : `${status} (${reason})`;
        onNote(`${target.name}: answered ${why}; ${plural(lines.length, 'record')} set aside in ${rejects}`);
      },
    });
    try {
      await postPieces(pieces, poster, checkpoint);
    } finally {
      await poster.close();
    }
    return true;
  };
}

async function openDelivery(
  options: FollowOptions,
  checkpoint: Checkpoint,
  giveUp: AbortSignal,
  onNote: (note: string) => void,
): Promise<Delivery> {
  const { to, tlsCa, rejects = `${options.checkpoint}.rejects` } = options;
  if (to === undefined) return streamDelivery(stdoutSink(process.stdout), checkpoint, 0, () => true);
  const target = isHttp(to) ? readHttpTarget(to, process.env) : readTarget(to);
  const trusting = tlsCa === undefined ? target : { ...target, ca: await readCertificates(tlsCa) };
  if ('redact' in trusting) {
    const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(trusting.url.hostname);
    if (trusting.authorization !== undefined && trusting.url.protocol === 'http:' && !isLocal)
      onNote(`${trusting.name}: credentials go there unencrypted; https:// keeps them secret`);
    return httpDelivery(trusting, rejects, checkpoint, giveUp, onNote);
  }
  let isConfirmed = true;
  const onUnconfirmed = (): void => {
    isConfirmed = false;
  };
  const sink = networkSink(trusting, { tries: Infinity, onNote, onUnconfirmed });
  return streamDelivery(sink, checkpoint, RESEND_BYTES, () => isConfirmed);
}

/**
 * Follows `patterns`, names and globs, until a signal. Resolves to the exit code. Rejects with a `SaltflatError` where nothing
 * can be done, or where a signal came and what was read could not be delivered in time.
 */
export async function follow(patterns: readonly string[], options: FollowOptions): Promise<ExitCode> {
  check(patterns, options);
  const { options: file, quiet: isQuiet } = options;
  return run({ inputs: [], options: file, isQuiet, isBarShown: false, signals: 'in time' }, async (following) => {
    const { saltflat, counts, note: onNote, stop, giveUp } = following;
    const checkpoint = await Checkpoint.load(options.checkpoint);
    const deliver = await openDelivery(options, checkpoint, giveUp, onNote);
    await checkpoint.save(); // a place that cannot be written to shows now, not with the first record

    following.stopped = () => undelivered(options);
    following.atEnd(() => (giveUp.aborted ? checkpoint.save() : undefined));
    following.summary = (end) => (end === 'done' ? [summaryOf(counts)] : []);
    const { from, poll: pollMs } = options;
    const watcher = new Watcher(patterns, checkpoint, { from, pollMs, stop, onNote });
    const flattener = new Flattener(saltflat, options.preset, counts);
    const isComplete = await deliver(piecesOf(watcher.steps(), flattener));
    if (isComplete) await checkpoint.save(); // who closed the pipe has not taken the last records
    return isComplete;
  });
}

/** A signal came, and what was read could not be delivered in time. */
function undelivered({ to, checkpoint }: FollowOptions): OutputError {
  const name = to === undefined ? 'stdout' : to.replace(/\?.*$/s, '');
  const left = checkpoint === undefined ? 'without --checkpoint it is lost' : 'the checkpoint stays before it';
  return new OutputError(
    `${name}: stopped before everything that was read was delivered; ${left}`,
    'UNDELIVERED',
    name,
  );
}
