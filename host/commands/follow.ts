// `saltflat follow`: files that grow in, records out, for as long as it runs.
import { resolve } from 'node:path';
import { Checkpoint } from '../disk/checkpoint.js';
import { OutputError, UsageError } from '../core/error.js';
import type { ExitCode } from '../run/exit.js';
import { Flattener } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import type { DocumentMaker } from '../delivery/document.js';
import { type HttpTarget, isHttp, readHttpTarget } from '../delivery/http-address.js';
import type { Preset } from '../index.js';
import { STDIN } from '../input/files.js';
import { RESEND_BYTES, networkSink } from '../delivery/tcp.js';
import { type Sink, jsonSink } from '../delivery/sink.js';
import { type Piece, Taken, piecesOf, postPieces, shipPieces } from '../delivery/pieces.js';
import { Poster } from '../delivery/http.js';
import { answeredText } from '../delivery/failure.js';
import { type Refusal, keepRefusals } from '../disk/rejects.js';
import { plural, summaryOf } from '../text/words.js';
import { type RunSettings, run } from '../run/run.js';
import { readCertificates, readTarget } from '../delivery/tcp-address.js';
import { checkScheme } from './addresses.js';
import { Watcher } from '../input/watch.js';
import { storePreset, withMemory } from './backfill.js';
import { isStore, isStoreOverTls, readStoreAddress, storeAt, storeRow } from '../stores/registry.js';
import type { StoreAddress } from '../stores/store.js';

/** What the command line asks for; `FOLLOW_HELP` says what each does. */
export interface FollowOptions {
  /** `flatten` unless told; to a store what its row says. */
  readonly preset?: Preset;
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
function check(files: readonly string[], options: FollowOptions): void {
  const { to, tlsCa, rejects, checkpoint } = options;
  const own = files.find((file) => ownFiles(options).some((path) => resolve(path) === resolve(file)));
  if (own !== undefined)
    throw new UsageError(`${own}: --checkpoint or --rejects would be written over it; name another`, 'SAME_FILE', own);
  if (files.includes(STDIN))
    throw new UsageError('stdin cannot be followed: `saltflat replay -` reads it as it comes', 'BAD_OPTIONS', STDIN);
  if (to !== undefined) checkScheme(to, 'follow');
  const refusing = to === undefined ? null : isHttp(to) ? 'http' : isStore(to) ? storeAt(to) : null;
  if (rejects !== undefined && refusing === null)
    throw new UsageError('--rejects needs --to http://…, https://… or a store', 'BAD_OPTIONS', rejects);
  if (refusing !== null && rejects === undefined && checkpoint === undefined)
    throw new UsageError(
      `--to ${refusing} needs --checkpoint FILE (or at least --rejects FILE)`,
      'BAD_OPTIONS',
      '--to',
    );
  if (tlsCa !== undefined && !/^(tls|https):/i.test(to ?? '') && !isStoreOverTls(to))
    throw new UsageError('--tls-ca needs --to tls://HOST:PORT, https://… or a store over TLS', 'BAD_OPTIONS', tlsCa);
}

/**
 * Stdout or TCP: bytes count as delivered when the kernel has taken them, over TCP when as many more are behind them as
 * are sent again.
 */
function streamDelivery(sink: Sink, checkpoint: Checkpoint, holdBytes: number, isConfirmed: () => boolean): Delivery {
  return async (pieces) => {
    const taken = new Taken(checkpoint, { holdBytes });
    const isComplete = await sink(taken.bytesOf(pieces));
    if (isComplete && isConfirmed()) taken.moveAll();
    return isComplete;
  };
}

/** Where refused records go, and who is told. */
interface Refusals {
  readonly rejects: string;
  readonly onNote: (note: string) => void;
}

/** Keeps what a receiver will never take, and says so. */
async function keep(name: string, refusals: readonly Refusal[], { rejects, onNote }: Refusals): Promise<void> {
  await keepRefusals(rejects, name, refusals);
  const [{ status, reason }] = refusals as [Refusal];
  const count = refusals.reduce((sum, { lines }) => sum + lines.length, 0);
  onNote(`${name}: ${answeredText(status, reason)}; ${plural(count, 'record')} set aside in ${rejects}`);
}

/** HTTP: records count as delivered when the answer is 2xx or they are among the rejects. */
function httpDelivery(target: HttpTarget, checkpoint: Checkpoint, giveUp: AbortSignal, refusals: Refusals): Delivery {
  const onRefusal = (refusal: Refusal): Promise<void> => keep(target.name, [refusal], refusals);
  return async (pieces) => {
    const poster = new Poster(target, { giveUp, onNote: refusals.onNote, onRefusal });
    try {
      await postPieces(pieces, poster, checkpoint);
    } finally {
      await poster.close();
    }
    return true;
  };
}

/** A store: records count as delivered when it has them, had them before, or they are among the rejects. */
function storeDelivery(
  address: StoreAddress,
  maker: DocumentMaker,
  checkpoint: Checkpoint,
  refusals: Refusals,
): Delivery {
  const { kind, name } = address;
  const { onNote } = refusals;
  const row = storeRow(kind);
  return async (pieces) => {
    const receiver = row.open(address);
    void receiver.advice?.().then((advice) => advice === null || onNote(`${name}: ${advice}`));
    const onRejected = (rejected: readonly Refusal[]): Promise<void> => keep(name, rejected, refusals);
    try {
      const needs = { requestBytes: row.requestBytes, maker };
      await shipPieces(pieces, receiver, needs, checkpoint, { name, tries: Infinity, onNote, onRejected });
    } finally {
      await receiver.close();
    }
    return true;
  };
}

async function openDelivery(
  options: FollowOptions,
  maker: DocumentMaker | undefined,
  checkpoint: Checkpoint,
  giveUp: AbortSignal,
  onNote: (note: string) => void,
): Promise<Delivery> {
  const { to, tlsCa, rejects = `${options.checkpoint}.rejects` } = options;
  if (to === undefined) return streamDelivery(jsonSink(process.stdout), checkpoint, 0, () => true);
  const trust = tlsCa === undefined ? {} : { ca: await readCertificates(tlsCa) };
  if (isStore(to) && maker !== undefined) {
    const address = { ...readStoreAddress(to, process.env, { option: '--to' }), ...trust };
    if (address.isExposed)
      onNote(`${address.name}: credentials go there unencrypted; ${address.kind}+https:// keeps them secret`);
    return storeDelivery(address, maker, checkpoint, { rejects, onNote });
  }
  if (isHttp(to)) {
    const target = { ...readHttpTarget(to, process.env), ...trust };
    if (target.isExposed) onNote(`${target.name}: credentials go there unencrypted; https:// keeps them secret`);
    return httpDelivery(target, checkpoint, giveUp, { rejects, onNote });
  }
  let isConfirmed = true;
  const onUnconfirmed = (): void => {
    isConfirmed = false;
  };
  const sink = networkSink({ ...readTarget(to), ...trust }, { tries: Infinity, onNote, onUnconfirmed });
  return streamDelivery(sink, checkpoint, RESEND_BYTES, () => isConfirmed);
}

/**
 * Follows `patterns`, names and globs, until a signal. Resolves to the exit code. Rejects with a `SaltflatError` where
 * nothing can be done, or where a signal came and what was read could not be delivered in time.
 */
export async function follow(patterns: readonly string[], options: FollowOptions): Promise<ExitCode> {
  check(patterns, options);
  const { options: file, quiet: isQuiet, to } = options;
  const row = isStore(to) ? storeRow(storeAt(to)) : null;
  const preset = row === null ? (options.preset ?? 'flatten') : storePreset(options.preset, row);
  const maker = row?.documents({ isFiltered: false });
  const settings: RunSettings = {
    inputs: [],
    options: file,
    forced: row?.forced,
    isQuiet,
    isBarShown: false,
    signals: 'in time',
  };
  return run(settings, async (following) => {
    const { saltflat, counts, note: onNote, stop, giveUp } = following;
    const checkpoint = await Checkpoint.load(options.checkpoint);
    if (maker !== undefined) withMemory(maker, checkpoint);
    const deliver = await openDelivery(options, maker, checkpoint, giveUp, onNote);
    await checkpoint.save(); // a place that cannot be written to shows now, not with the first record

    following.stopped = () => undelivered(options);
    following.atEnd(() => (giveUp.aborted ? checkpoint.save() : undefined));
    following.summary = (end) => (end === 'done' ? [summaryOf(counts)] : []);
    const { from, poll: pollMs } = options;
    const watcher = new Watcher(patterns, checkpoint, { from, pollMs, stop, onNote, own: ownFiles(options) });
    const takes = maker?.takes;
    const keep = takes === undefined ? null : (record: Uint8Array, kind: Kind) => takes(record, kind) ?? true;
    const flattener = new Flattener(saltflat, preset, counts, keep);
    const isComplete = await deliver(piecesOf(watcher.steps(), flattener));
    if (isComplete) await checkpoint.save(); // who closed the pipe has not taken the last records
    return isComplete;
  });
}

/** The files that a run writes. */
function ownFiles({ checkpoint, rejects }: FollowOptions): readonly string[] {
  return [checkpoint, checkpoint && `${checkpoint}.rejects`, rejects].filter((path) => path !== undefined);
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
