// From events to a report's data: one pass, in bounded memory.
import type { SourceLine } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import { Copies, recordHash } from '../core/copies.js';
import { RecordFilter } from '../core/filter.js';
import { PRESET_ROWS } from '../core/presets.js';
import { type Timed, asText, askedSls, commandReason, readDuration, readTime, refusalOf } from '../core/salt.js';
import type { SaltRecord } from '../index.js';
import { Axis } from './axis.js';
import { type Occasion, type Remark, type ReportData, STATE_KINDS, type StateKind, type Unanswered } from './data.js';
import type { Announcement, EventReader, Read } from './records.js';
import { Expected } from './expected.js';
import { Groups } from './groups.js';
import { History } from './history.js';
import { MAX_ERROR, MAX_JID, MAX_NAME, MAX_STATE_NAME, Numbered, bounded, boundedKey } from './bounded.js';
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
  /** Records whose copies are known: at most 100 MB. */
  copies: 6_000_000,
} as const;

/** A record that counts, and its kind. */
export interface Counted {
  readonly record: SaltRecord;
  readonly kind: Kind;
}

const isStateKind = (kind: string): kind is StateKind => (STATE_KINDS as readonly string[]).includes(kind);

/** What a state run that gave no states returned, in words. */
function errorOf({ fun_return: returned, trimmed }: SaltRecord): string {
  if (trimmed === true)
    return 'The return was larger than max_event_size of the master, and Salt cut it (VALUE_TRIMMED)';
  return (Array.isArray(returned) ? returned : [returned]).map(asText).join('\n').trim() || '(an empty return)';
}

/** The SLS files that a state run was told to apply. */
const slsOf = ({ fun_args: args }: SaltRecord): string => askedSls(args).join(',');

/** What a failed state, or one that would change, says of itself. */
function remarkOf({ comment, changes }: SaltRecord, kind: Kind): Remark {
  return { comment: asText(comment), reason: kind === 'failed' ? commandReason(changes) : '' };
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
  readonly #refused = new Groups(this.#axis, 'count', { ...LIMITS, name: MAX_ERROR });
  readonly #drift = new Groups(this.#axis, 'count', { ...LIMITS, name: MAX_STATE_NAME });
  readonly #sums = new MinionSums();
  readonly #expected = new Expected(LIMITS.expected);
  readonly #copies = new Copies(LIMITS.copies);
  readonly #history = new History();
  readonly #filter: RecordFilter;
  readonly #seeCounted: ((counted: readonly Counted[]) => void) | null;
  #counted: Counted[] = [];
  #events = 0;
  #jobReturns = 0;
  #malformed = 0;
  #copied = 0;
  #differing = 0;
  #lookedAt = 0;
  /** The last one, which all states of a return share, and what the record said. */
  #last: { readonly occasion: Occasion; readonly jid: unknown; readonly minion: unknown } | null = null;
  #firstMs: number | null = null;
  #lastMs: number | null = null;

  /** `filter`: which records count; all unless told. `see` is given those of each event. */
  constructor(
    reader: EventReader,
    filter = new RecordFilter({}),
    see: ((counted: readonly Counted[]) => void) | null = null,
  ) {
    this.#reader = reader;
    this.#filter = filter;
    this.#seeCounted = see;
  }

  /** One event. How many records of it are counted: of states, of state runs that gave none, of malformed input. */
  add(line: SourceLine): number {
    this.#events++;
    this.#counted = [];
    const count = this.#reader.read(line, (read) => this.#take(read));
    if (this.#counted.length > 0) this.#seeCounted?.(this.#counted);
    return count;
  }

  #take({ records, kinds, returns, announced }: Read): number {
    for (const { jid, minion } of returns) this.#expected.returned(bounded(jid, MAX_JID), bounded(minion, MAX_NAME));
    if (announced !== null) this.#addAnnounced(announced);
    if (!this.#filter.isActive) this.#see(records);
    let stateReturns = 0;
    let malformed = 0;
    let copies = 0;
    let at = 0;
    for (const record of records) {
      const { event_type: type } = record;
      const kind = kinds[at++]!;
      const isError = type === 'fun_return' && kind === 'failed';
      if (type === 'malformed') malformed++;
      if ((!isError && type !== 'state_return') || !this.#isAsked(record, kind)) continue;
      stateReturns++;
      if (this.#isCopy(record)) copies++;
      else {
        if (this.#seeCounted !== null) this.#counted.push({ record, kind });
        if (isError) this.#addError(record);
        else this.#addState(record, kind);
      }
    }
    this.#history.end();
    this.#malformed += malformed;
    this.#copied += copies;
    if (stateReturns > copies) this.#jobReturns++;
    return stateReturns + malformed;
  }

  /** Whoever returned anything is there. */
  #see([record]: Iterable<SaltRecord>): void {
    const minion = record?.['minion_id'];
    if (typeof minion !== 'string' || minion === '') return;
    this.#history.seen({ minion: this.#minions.numberOf(bounded(minion, MAX_NAME)), atMs: readTime(record!) });
  }

  /** Whether a record is asked for. */
  #isAsked(record: SaltRecord, kind: Kind): boolean {
    this.#lookedAt++;
    return !this.#filter.isActive || this.#filter.keeps(PRESET_ROWS.flatten.fieldsOf(record, kind), kind);
  }

  /** Whether the record came before: by another master, or in a file that was named twice. */
  #isCopy(record: SaltRecord): boolean {
    const { event_id: id } = record;
    const seen = typeof id === 'string' ? this.#copies.add(id, recordHash(record)) : 'first';
    if (seen === 'differing') this.#differing++;
    return seen === 'copy';
  }

  #addAnnounced(announced: Announcement): void {
    if (this.#filter.isOfStates || !this.#filter.isTime(readTime(announced.timed))) return;
    const isAsked = announced.shown.map((minion) => this.#filter.isMinion(minion));
    if (isAsked.length > 0 && !isAsked.includes(true)) return;
    const atMs = this.#timeOf(announced.timed);
    const minions = announced.minions.filter((_, at) => isAsked[at]).map((minion) => bounded(minion, MAX_NAME));
    const jid = bounded(announced.jid, MAX_JID);
    const shownJid = bounded(announced.shownJid, MAX_JID);
    const shown = announced.shown
      .filter((_, at) => isAsked[at])
      .map((minion) => this.#minions.numberOf(bounded(minion, MAX_NAME)));
    const fun = bounded(announced.fun, MAX_NAME);
    this.#expected.announce({ jid, shownJid, minions, shown, fun, atMs });
    this.#history.announce({ key: shownJid, jid: shownJid, fun, sls: '', atMs }, minions);
  }

  #timeOf(record: Timed): number | null {
    const atMs = readTime(record);
    if (atMs === null) return null;
    this.#firstMs = Math.min(this.#firstMs ?? atMs, atMs);
    this.#lastMs = Math.max(this.#lastMs ?? atMs, atMs);
    this.#axis.binOf(atMs);
    return atMs;
  }

  #occasionOf(record: SaltRecord): Occasion {
    const { jid, minion_id: minion } = record;
    const atMs = this.#timeOf(record);
    const last = this.#last;
    if (last !== null && last.jid === jid && last.minion === minion && last.occasion.atMs === atMs)
      return last.occasion;
    const number = this.#minions.numberOf(bounded(asText(minion), MAX_NAME));
    const occasion = { atMs, jid: bounded(asText(jid), MAX_JID), minion: number };
    this.#last = { occasion, jid, minion };
    return occasion;
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
    this.#history.addState(record, kind, happening);
    if (ms !== null) this.#slow.add(happening);
    if (kind === 'failed') this.#failed.add({ ...happening, remark: remarkOf(record, kind) });
    else if (kind === 'would_change') this.#drift.add({ ...happening, remark: remarkOf(record, kind) });
  }

  #addError(record: SaltRecord): void {
    const occasion = this.#occasionOf(record);
    const sls = this.#slses.numberOf(bounded(slsOf(record), MAX_NAME));
    const remark = { comment: `${asText(record['fun'])} ${slsOf(record)}`.trim(), reason: '' };
    const refusal = refusalOf(record['fun_return']);
    if (refusal === null) this.#sums.addError(occasion.minion);
    const [groups, name] = refusal === null ? [this.#errors, errorOf(record)] : [this.#refused, refusal];
    groups.add({ name, sls, occasion, remark, ms: null });
    this.#history.addError(record, occasion, name, slsOf(record), refusal !== null);
  }

  /** The data of all events so far. The gatherer is not to be used after that. */
  data(run: Pick<ReportData, 'version' | 'generated' | 'files' | 'fileErrors' | 'isRedacted'>): ReportData {
    const { minionOf, slsOf } = this.#totals;
    const missing = this.#unanswered();
    const unanswered = missing.slice(-LIMITS.unanswered).reverse();
    const { failing } = this.#sums;
    const [failed, slow, drift] = [this.#failed, this.#slow, this.#drift];
    const [errors, refused] = [this.#errors, this.#refused];
    const groups = {
      failed: failed.groups(minionOf, slsOf),
      slow: slow.groups(minionOf, slsOf),
      errors: errors.groups(minionOf, slsOf),
      refused: refused.groups(minionOf, slsOf),
      drift: drift.groups(minionOf, slsOf),
    };
    return {
      ...run,
      ...this.#history.data([...this.#expected.missing()]),
      ...{ events: this.#events, jobReturns: this.#jobReturns, malformed: this.#malformed },
      ...{ copies: this.#copied, differing: this.#differing, isCopiesCut: this.#copies.isCut },
      ...{ filters: this.#filter.words, isFailedOnly: this.#filter.isFailedOnly, lookedAt: this.#lookedAt },
      ...{ firstMs: this.#firstMs, lastMs: this.#lastMs },
      ...{ widthMs: this.#axis.widthMs, firstBin: this.#axis.firstBin, bins: this.#axis.bins },
      ...{ minions: this.#minions.names, slses: this.#slses.names, totals: this.#totals.rows },
      ...{ ...groups, unanswered, failing: failing.slice(0, LIMITS.failing), failingTotal: failing.length },
      leftOut: {
        ...{
          isMinionsCut: this.#minions.isCut,
          isFilterCut: this.#totals.isFolded,
          isSlsCut: this.#slses.isCut || this.#totals.isSlsFolded,
        },
        ...{ failedGroups: failed.dropped, slowGroups: slow.dropped },
        ...{ errorGroups: errors.dropped, refusedGroups: refused.dropped, driftGroups: drift.dropped },
        unanswered: this.#expected.left.dropped + missing.length - unanswered.length,
        ...{ forgottenReturns: this.#expected.left.forgotten, isExpectedUnknown: !this.#expected.isAnnounced },
        isExpectedUnasked: this.#filter.isOfStates,
      },
    };
  }

  #unanswered(): Unanswered[] {
    const { minionOf } = this.#totals;
    return [...this.#expected.missing()]
      .map(({ minion, jid, fun, atMs }) => ({
        ...{ minion, cell: minionOf(minion), jid, fun, atMs },
        bin: this.#axis.binOf(atMs),
      }))
      .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  }
}
