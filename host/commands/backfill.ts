// `saltflat replay --to` a store: each record a document under its id.
import { Checkpoint, type FilePlace } from '../disk/checkpoint.js';
import { UsageError } from '../core/error.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import type { RecordFilter } from '../core/filter.js';
import { Flattener } from '../core/flattener.js';
import type { Preset } from '../index.js';
import { type EventLine, STDIN, isAmong } from '../input/files.js';
import { type Run, type RunSettings, run } from '../run/run.js';
import { type Refusal, keepRefusals } from '../disk/rejects.js';
import { StoppedError, untilAborted } from '../run/signals.js';
import { plural, summaryOf } from '../text/words.js';
import type { Inputs } from './inputs.js';
import { ReplayWatch } from './judge.js';
import { readCertificates } from '../delivery/tcp-address.js';
import { isStoreOverTls, readStoreAddress, storeRow } from '../stores/registry.js';
import type { StoreAddress, StoreRow } from '../stores/store.js';
import type { Document, DocumentMaker } from '../delivery/document.js';
import { readJobCache } from '../input/job-cache.js';
import { type PlaceWatcher, placeId, placedFile } from '../input/resumed.js';
import { type Shipment, Shipper, type Totals } from '../delivery/ship.js';

/** What the command line asks for. */
export interface StoreReplayOptions {
  /** What the store's row says unless told; `flatten` where there is no store. */
  readonly preset?: Preset;
  readonly options?: string;
  readonly to: string;
  readonly tlsCa?: string;
  readonly tries: number;
  readonly rejects?: string;
  readonly checkpoint?: string;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

/** A maker that knows what the last run with the checkpoint knew, and leaves there what this one learns. */
export function withMemory(maker: DocumentMaker, checkpoint: Checkpoint): DocumentMaker {
  const { memory } = maker;
  if (memory === undefined) return maker;
  memory.read(checkpoint.memory);
  checkpoint.remember = () => memory.write();
  return maker;
}

/** What a run read, with a memory of what earlier ones delivered. */
class Backfill {
  readonly #run: Run;
  readonly #inputs: readonly string[];
  readonly #jobCache: string | undefined;
  readonly #address: StoreAddress;
  readonly #checkpoint: Checkpoint;
  readonly #flattener: Flattener;
  readonly #watch: ReplayWatch;
  readonly #maker: DocumentMaker;
  /** What a place in the checkpoint is for: other records, or another store, begin anew. */
  readonly #purpose: readonly unknown[];
  /** What earlier runs delivered. */
  readonly #passed = { files: 0, lines: 0 };
  /** Whether all inputs were read: no signal came in between. */
  isWhole = false;

  constructor(
    run: Run,
    { files, jobCache }: Inputs,
    address: StoreAddress,
    checkpoint: Checkpoint,
    preset: Preset,
    filter: RecordFilter,
  ) {
    this.#run = run;
    this.#inputs = files;
    this.#jobCache = jobCache;
    this.#address = address;
    this.#checkpoint = checkpoint;
    const maker = storeRow(address.kind).documents({ isFiltered: filter.isActive });
    this.#maker = withMemory(maker, checkpoint);
    this.#watch = new ReplayWatch(filter, preset, run.saltflat, this.#maker.takes);
    this.#flattener = new Flattener(run.saltflat, preset, run.counts, this.#watch.keep);
    const asked = filter.isActive ? [filter.words] : []; // places of former versions stay good
    this.#purpose = [address.name, preset, run.saltflat.options, ...asked];
  }

  /** All records of the inputs in shipments, each with the place behind its last complete event. */
  async *shipments(): AsyncGenerator<Shipment<FilePlace | null>> {
    for (const file of this.#inputs) {
      yield* this.#shipmentsOf(file);
      if (this.#run.stop.aborted) return;
    }
    if (this.#jobCache !== undefined) {
      // Its jobs come and go: no place in it is kept.
      yield* this.#shipped(readJobCache(this.#jobCache, this.#run.watcher), () => null);
      if (this.#run.stop.aborted) return;
    }
    this.isWhole = true;
  }

  /** Says why nothing was read, unless earlier runs read it. */
  judge(): void {
    if (this.#passed.files === 0) this.#watch.judge(this.#run);
  }

  /** What was read and what was not read again, a line each. */
  get summary(): string[] {
    const { files, lines } = this.#passed;
    const { counts } = this.#run;
    const passed = `passed over ${plural(lines, 'line')} of ${plural(files, 'file')} that earlier runs delivered`;
    return [
      ...(files === 0 ? [] : [this.isWhole && counts.events === 0 ? `${passed}; there was nothing new` : passed]),
      summaryOf(counts),
    ];
  }

  #watcherOf(file: string): PlaceWatcher {
    const { watcher, note, warn } = this.#run;
    return {
      ...watcher,
      onPassed: ({ lines }) => {
        this.#passed.files++;
        this.#passed.lines += lines;
      },
      onMore: ({ lines }) => note(`${file}: going on after line ${lines}; the lines before it were delivered earlier`),
      onOther: () => warn(`${file}: is not the file that the checkpoint knows; all of it is sent`),
    };
  }

  async *#shipmentsOf(file: string): AsyncGenerator<Shipment<FilePlace | null>> {
    const id = placeId(file, this.#purpose);
    const former = file === STDIN ? undefined : this.#checkpoint.places.find((place) => place.id === id);
    const placed = placedFile(file, id, former, this.#watcherOf(file));
    yield* this.#shipped(placed.portions, () => (file === STDIN ? null : placed.place()));
  }

  async *#shipped(
    portions: AsyncIterable<Iterable<EventLine>>,
    place: () => FilePlace | null,
  ): AsyncGenerator<Shipment<FilePlace | null>> {
    const { requestBytes } = storeRow(this.#address.kind);
    let documents: Document[] = [];
    let size = 0;
    for await (const lines of this.#run.shown(untilAborted(portions, this.#run.stop))) {
      for (const batch of this.#flattener.batches(lines)) {
        for (const document of this.#maker.of(batch)) {
          documents.push(document);
          size += document.record.length;
        }
        if (size < requestBytes) continue;
        yield { documents, place: place() };
        documents = [];
        size = 0;
      }
    }
    yield { documents, place: place() };
  }
}

/** `476 sent, 0 already there, 0 rejected`, the second only where the store tells. */
function totalsText({ sent, there, rejected }: Readonly<Totals>, { tellsCopies }: StoreRow): string {
  return `${sent} sent, ${tellsCopies ? `${there} already there, ` : ''}${rejected} rejected`;
}

/** So many different reasons are said of records that are rejected and not kept. */
const MOST_REASONS = 10;

/** Why records were rejected, each reason once. */
class Reasons {
  readonly #said = new Set<string>();

  /** Those among `refusals` that were not said yet. */
  first(refusals: readonly Refusal[]): string[] {
    const texts = refusals.map(({ status, reason }) => (reason === '' ? String(status) : `${status} (${reason})`));
    const fresh = [...new Set(texts)].filter((text) => !this.#said.has(text));
    const shown = fresh.slice(0, MOST_REASONS - this.#said.size);
    for (const text of shown) this.#said.add(text);
    return shown.map((text) => `rejected: ${text}`);
  }
}

/** How far a run that a signal ended came, and where the next one begins. */
function stoppedAt(delivered: FilePlace | null, totals: Readonly<Totals>, checkpoint: string | undefined): string {
  const { sent, there, rejected } = totals;
  if (delivered === null) return sent + there + rejected > 0 ? 'a part was delivered' : 'nothing was delivered';
  const next =
    checkpoint === undefined ? 'without --checkpoint the next run begins anew' : 'the same command goes on there';
  return `delivered up to line ${delivered.lines} of ${delivered.path}; ${next}`;
}

/** How records are put together for a store. Throws a `UsageError` where it cannot be so. */
export function storePreset(preset: Preset | undefined, row: StoreRow): Preset {
  if (preset === 'flatten_array')
    throw new UsageError('--preset flatten_array: a store takes one record a document', 'BAD_OPTIONS', '--preset');
  if (row.isPresetFixed === true && preset !== undefined && preset !== row.preset)
    throw new UsageError(`--preset ${preset}: ${row.title} takes ${row.preset} alone`, 'BAD_OPTIONS', '--preset');
  return preset ?? row.preset;
}

/**
 * Replays what `filter` leaves of `inputs` to a store. Resolves to the exit code; rejects with a `SaltflatError` as
 * `replay` does.
 */
export async function replayToStore(
  inputs: Inputs,
  filter: RecordFilter,
  options: StoreReplayOptions,
): Promise<ExitCode> {
  const { to, tlsCa, tries, quiet, strict } = options;
  if (tlsCa !== undefined && !isStoreOverTls(to))
    throw new UsageError('--tls-ca needs an address over TLS, such as opensearch+https://…', 'BAD_OPTIONS', tlsCa);
  const known = readStoreAddress(to, process.env, { option: '--to' });
  const address = tlsCa === undefined ? known : { ...known, ca: await readCertificates(tlsCa) };
  const { kind, name } = address;
  const row = storeRow(kind);
  const preset = storePreset(options.preset, row);
  const rejects = options.rejects ?? (options.checkpoint === undefined ? undefined : `${options.checkpoint}.rejects`);
  if (rejects !== undefined && (await isAmong(rejects, inputs.files)))
    throw new UsageError(`--rejects ${rejects}: is an input file too; name another`, 'SAME_FILE', rejects);
  const settings: RunSettings = {
    inputs: inputs.files,
    links: inputs.links,
    options: options.options,
    forced: row.forced,
    isQuiet: quiet,
    isStrict: strict,
    signals: 'in time',
  };
  return run(settings, async (filling) => {
    const { note, stop } = filling;
    const checkpoint = await Checkpoint.load(options.checkpoint);
    await checkpoint.save(); // a place that cannot be written to shows now
    const receiver = row.open(address);
    filling.atEnd(async () => {
      await checkpoint.save();
      if (!filling.giveUp.aborted) await receiver.close(); // it waits for answers
    });
    const backfill = new Backfill(filling, inputs, address, checkpoint, preset, filter);
    const reasons = new Reasons();
    let delivered: FilePlace | null = null;
    const shipper = new Shipper<FilePlace | null>(receiver, {
      name,
      tries,
      onNote: note,
      onRejected: async (refusals) => {
        if (rejects !== undefined) await keepRefusals(rejects, name, refusals);
        else for (const reason of reasons.first(refusals)) note(`${name}: ${reason}`);
      },
      onDelivered: async (place) => {
        if (place !== null) {
          delivered = place;
          checkpoint.move([place]);
        }
        await checkpoint.saveNowAndThen();
      },
    });
    const { totals } = shipper;
    filling.stopped = () => new StoppedError(stoppedAt(delivered, totals, options.checkpoint), filling.signal, name);
    filling.summary = (end) => {
      const kept = rejects === undefined ? ' and not kept: --rejects FILE keeps them' : `, kept in ${rejects}`;
      const counts = `${totalsText(totals, row)}${totals.rejected > 0 ? kept : ''}`;
      const sent = `${name}: ${counts}${end === 'done' ? '' : ' until then'}`;
      return end === 'lost' ? [sent] : [...backfill.summary, sent];
    };
    stop.addEventListener('abort', () =>
      note('stopping: what is under way has 10 seconds; the same signal again stops at once'),
    );
    if (address.isExposed) note(`${name}: credentials go there unencrypted; ${kind}+https:// keeps them secret`);
    const advice = quiet === true ? null : ((await receiver.advice?.()) ?? null);
    if (advice !== null) note(`${name}: ${advice}`);
    await shipper.ship(backfill.shipments());
    if (!backfill.isWhole) throw filling.stopped();
    backfill.judge();
    if (totals.rejected > 0) filling.raise(EXIT.OUTPUT);
    return true;
  });
}
