// From events to a report's data: one pass, in bounded memory.
import type { SourceLine } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import { asText, isText, readDuration, readStamp } from '../core/salt.js';
import type { SaltRecord } from '../index.js';
import { Axis } from './axis.js';
import { type Occasion, type ReportData, STATE_KINDS, type StateKind, type Unanswered } from './data.js';
import type { EventReader, Read } from './records.js';
import { Expected } from './expected.js';
import { Groups } from './groups.js';
import { Numbered, bounded, boundedKey } from './bounded.js';
import { MinionSums, Totals } from './totals.js';

/** How much is kept while reading, and how much of that goes into the report. */
export const LIMITS = {
  minions: 20_000,
  slses: 5_000,
  totalCells: 100_000,
  groups: 1_000,
  cells: 40_000,
  expected: 200_000,
  unanswered: 2_000,
  failing: 1_000,
} as const;

/** Characters. */
const MAX_NAME = 200;
const MAX_JID = 40;
const MAX_STATE_NAME = 400;
const MAX_ERROR = 4000;

const isStateKind = (kind: string): kind is StateKind => (STATE_KINDS as readonly string[]).includes(kind);

/** What a state run that gave no states returned, in words. */
function errorOf({ fun_return: returned, trimmed }: SaltRecord): string {
  if (trimmed === true)
    return 'The return was larger than max_event_size of the master, and Salt cut it (VALUE_TRIMMED)';
  return (Array.isArray(returned) ? returned : [returned]).map(asText).join('\n').trim() || '(an empty return)';
}

/** The SLS files that a state run was told to apply, by its first argument. */
function slsOf({ fun_args: args }: SaltRecord): string {
  const first: unknown = Array.isArray(args) ? args[0] : undefined;
  return isText(first) && /^[\w.,\- ]{1,200}$/.test(first) ? first : '';
}

/** Takes events one by one, and gives the data of all. */
export class Gatherer {
  readonly #reader: EventReader;
  readonly #axis = new Axis();
  readonly #minions = new Numbered(LIMITS.minions);
  readonly #slses = new Numbered(LIMITS.slses);
  readonly #totals = new Totals(this.#axis, LIMITS.totalCells);
  readonly #failed = new Groups(this.#axis, 'count', { ...LIMITS, name: MAX_STATE_NAME });
  readonly #slow = new Groups(this.#axis, 'longest', { ...LIMITS, name: MAX_STATE_NAME });
  readonly #errors = new Groups(this.#axis, 'count', { ...LIMITS, name: MAX_ERROR });
  readonly #drift = new Groups(this.#axis, 'count', { ...LIMITS, name: MAX_STATE_NAME });
  readonly #sums = new MinionSums();
  readonly #expected = new Expected(LIMITS.expected);
  #events = 0;
  #jobReturns = 0;
  #malformed = 0;
  #firstMs: number | null = null;
  #lastMs: number | null = null;

  constructor(reader: EventReader) {
    this.#reader = reader;
  }

  /** One event. How many records of it are counted: of states, of state runs that gave none, of malformed input. */
  add(line: SourceLine): number {
    this.#events++;
    return this.#reader.read(line, (read) => this.#take(read));
  }

  #take({ records, kinds, returns, announced }: Read): number {
    for (const { jid, minion } of returns) this.#expected.returned(jid, minion);
    if (announced !== null) {
      const atMs = this.#timeOf(announced.stamp);
      const shown = announced.shown.map((minion) => this.#minions.numberOf(bounded(minion, MAX_NAME)));
      this.#expected.announce({ ...announced, shown, fun: bounded(announced.fun, MAX_NAME), atMs });
    }
    let stateReturns = 0;
    let malformed = 0;
    for (const [at, record] of records.entries()) {
      const { event_type: type } = record;
      const kind = kinds[at]!;
      const isError = type === 'fun_return' && kind === 'failed';
      if (isError) this.#addError(record);
      else if (type === 'state_return') this.#addState(record, kind);
      if (isError || type === 'state_return') stateReturns++;
      else if (type === 'malformed') malformed++;
    }
    this.#malformed += malformed;
    if (stateReturns > 0) this.#jobReturns++;
    return stateReturns + malformed;
  }

  #timeOf(stamp: unknown): number | null {
    const atMs = readStamp(stamp);
    if (atMs === null) return null;
    this.#firstMs = Math.min(this.#firstMs ?? atMs, atMs);
    this.#lastMs = Math.max(this.#lastMs ?? atMs, atMs);
    this.#axis.binOf(atMs);
    return atMs;
  }

  #occasionOf({ _stamp: stamp, jid, minion_id: minion }: SaltRecord): Occasion {
    const number = this.#minions.numberOf(bounded(asText(minion), MAX_NAME));
    return { atMs: this.#timeOf(stamp), jid: bounded(asText(jid), MAX_JID), minion: number };
  }

  #addState(record: SaltRecord, kind: Kind): void {
    if (!isStateKind(kind)) return;
    const occasion = this.#occasionOf(record);
    const sls = this.#slses.numberOf(bounded(asText(record['__sls__']), MAX_NAME));
    this.#totals.add(kind, occasion.minion, sls, occasion.atMs);
    this.#sums.addState(kind, occasion.minion);
    const ms = readDuration(record['duration']);
    // A bare result (state.low) has no state_name.
    const { state_name: key = record['state_id'] ?? record['fun'] } = record;
    const name = boundedKey(asText(key), MAX_STATE_NAME);
    const happening = { name, sls, occasion, ms };
    if (ms !== null) this.#slow.add(happening);
    if (kind === 'failed') this.#failed.add({ ...happening, comment: asText(record['comment']) });
    else if (kind === 'would_change') this.#drift.add({ ...happening, comment: asText(record['comment']) });
  }

  #addError(record: SaltRecord): void {
    const occasion = this.#occasionOf(record);
    const sls = this.#slses.numberOf(bounded(slsOf(record), MAX_NAME));
    this.#sums.addError(occasion.minion);
    const comment = `${asText(record['fun'])} ${slsOf(record)}`.trim();
    this.#errors.add({ name: errorOf(record), sls, occasion, comment, ms: null });
  }

  /** The data of all events so far. The gatherer is not to be used after that. */
  data(run: Pick<ReportData, 'version' | 'generated' | 'files' | 'fileErrors'>): ReportData {
    const { minionOf } = this.#totals;
    const missing = this.#unanswered();
    const unanswered = missing.slice(-LIMITS.unanswered).reverse();
    const { failing } = this.#sums;
    const lists = { failed: this.#failed, slow: this.#slow, errors: this.#errors, drift: this.#drift };
    const { failed, slow, errors, drift } = lists;
    const groups = {
      failed: failed.groups(minionOf),
      slow: slow.groups(minionOf),
      errors: errors.groups(minionOf),
      drift: drift.groups(minionOf),
    };
    return {
      ...run,
      ...{ events: this.#events, jobReturns: this.#jobReturns, malformed: this.#malformed },
      ...{ firstMs: this.#firstMs, lastMs: this.#lastMs },
      ...{ widthMs: this.#axis.widthMs, firstBin: this.#axis.firstBin, bins: this.#axis.bins },
      ...{ minions: this.#minions.names, slses: this.#slses.names, totals: this.#totals.rows },
      ...{ ...groups, unanswered, failing: failing.slice(0, LIMITS.failing), failingTotal: failing.length },
      leftOut: {
        ...{ isMinionsCut: this.#minions.isCut, isFilterCut: this.#totals.isFolded, isSlsCut: this.#slses.isCut },
        ...{ failedGroups: failed.dropped, slowGroups: slow.dropped },
        ...{ errorGroups: errors.dropped, driftGroups: drift.dropped },
        unanswered: this.#expected.left.dropped + missing.length - unanswered.length,
        ...{ forgottenReturns: this.#expected.left.forgotten, isExpectedUnknown: !this.#expected.isAnnounced },
      },
    };
  }

  #unanswered(): Unanswered[] {
    const { minionOf } = this.#totals;
    return [...this.#expected.missing()]
      .map(({ minion, jid, fun, atMs }) => ({
        ...{ minion, cell: minionOf(minion), jid: bounded(jid, MAX_JID), fun, atMs },
        bin: this.#axis.binOf(atMs),
      }))
      .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  }
}
