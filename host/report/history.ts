// From the records of a report to what it knows of single runs.
import { asText, askedSls, commandReason, readStartTime } from '../core/salt.js';
import type { SaltRecord } from '../index.js';
import { MAX_COMMENT, MAX_NAME, MAX_STATE_NAME, bounded, boundedKey } from './bounded.js';
import type { Outcome } from './cells.js';
import { changesText } from './changes.js';
import { type Occasion, STATE_KINDS, type StateKind } from './data.js';
import type { RunsData } from './data-runs.js';
import type { Missing } from './expected.js';
import type { Happening } from './groups.js';
import { Now } from './now.js';
import { type NewJob, type RunState, Runs } from './runs.js';
import { StateNumbers } from './state-numbers.js';
import { Minions, States } from './sums.js';
import { TextList } from './texts.js';

/** How much is kept. */
export const HISTORY_LIMITS = {
  states: 20_000,
  stateCharacters: 2_000_000,
  stateRows: 4_000,
  pairs: 500_000,
  failing: 10_000,
  fixed: 1_000,
  nowCharacters: 2_000_000,
  jobs: 5_000,
  otherJobs: 1_000,
  runs: 50_000,
  runCells: 1_600_000,
  planNumbers: 2_000_000,
  details: 100_000,
  detailCharacters: 2_000_000,
  silent: 200,
} as const;

const MAX_CAUSES = 20;
const DAY_MS = 86_400_000;
const NO_CAUSES: readonly number[] = [];

/** A state of the run that is being read. */
interface Item {
  readonly state: number;
  readonly name: string;
  readonly kind: StateKind;
  readonly outcome: Outcome;
  readonly startMs: number | null;
  readonly durationMs: number | null;
  /** Whether it is in order: it succeeded, or its onlyif or unless said that there was nothing to do. */
  readonly isGood: boolean;
  readonly said: ItemSaid;
}

/** What it says, and the names of those that held it back. */
interface ItemSaid {
  readonly comment: string;
  readonly reason: string;
  readonly changes: string;
  readonly causes: readonly string[];
  readonly causeTexts: readonly string[];
}

const NOTHING: ItemSaid = { comment: '', reason: '', changes: '', causes: [], causeTexts: [] };

/** The states of one job on one minion that came together. */
interface Open {
  readonly record: SaltRecord;
  readonly occasion: Occasion;
  readonly items: Item[];
}

const textsOf = (list: unknown): string[] =>
  (Array.isArray(list) ? list : list === undefined ? [] : [list]).slice(0, MAX_CAUSES).map(asText);

/**
 * Jobs are told apart by their jid; runs of the scheduler and of masterless minions may have none, and are one job
 * each.
 */
const keyOf = (jid: string, atMs: number | null): string => (jid === '' || jid === 'req' ? `${jid}@${atMs}` : jid);

/** Takes the records of one event after the other; `end` closes an event. */
export class History {
  readonly #states = new StateNumbers(HISTORY_LIMITS.states, HISTORY_LIMITS.stateCharacters);
  readonly #now = new Now(HISTORY_LIMITS);
  readonly #runs = new Runs(HISTORY_LIMITS);
  readonly #minionSums = new Minions();
  readonly #stateSums = new States();
  #open: Open | null = null;

  /** A return of any job. */
  seen({ minion, atMs }: Pick<Occasion, 'minion' | 'atMs'>): void {
    this.#minionSums.seen(minion, atMs);
  }

  announce(job: NewJob, minions: readonly string[]): void {
    this.#runs.announce(job, minions);
  }

  /** A state, with its name, its SLS file and its duration as the other tables have them. */
  addState(record: SaltRecord, kind: StateKind, { name, sls, occasion, ms }: Happening): void {
    if (this.#open?.occasion.jid !== occasion.jid || this.#open.occasion.minion !== occasion.minion) this.end();
    this.#open ??= { record, occasion, items: [] };
    const { caused_by: causes, start_time: start } = record;
    const isFollower = kind === 'failed' && causes !== undefined;
    const isTold = kind === 'failed' || kind === 'changed' || kind === 'would_change';
    this.#open.items.push({
      state: this.#states.numberOf(name, sls),
      name,
      kind,
      outcome: isFollower ? 'follower' : kind,
      startMs: readStartTime(start),
      durationMs: ms,
      isGood: kind === 'changed' || kind === 'unchanged' || (kind === 'skipped' && record['skip_watch'] === true),
      said: isTold ? saidOf(record, kind, isFollower) : NOTHING,
    });
  }

  /** A state run that gave no states. */
  addError(record: SaltRecord, occasion: Occasion, error: string, sls: string, isRefused: boolean): void {
    this.end();
    this.#minionSums.stopped(occasion.minion, isRefused);
    const { minion, atMs } = occasion;
    this.#runs.add(jobOf(record, occasion, sls), {
      ...{ minion, atMs, durationMs: null, counts: STATE_KINDS.map(() => 0), states: [], isRefused },
      error: bounded(error, MAX_COMMENT),
    });
  }

  /** The event is read to its end. */
  end(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const { occasion, items, record } = open;
    const numbers = new Map(
      items.some(({ outcome }) => outcome === 'follower') ? items.map(({ name, state }) => [name, state]) : [],
    );
    const ms = this.#now.timeOf(occasion.atMs);
    const counts = STATE_KINDS.map(() => 0);
    const starts = sinceFirst(items.map(({ startMs }) => startMs));
    const states = items.map((item, at): RunState => {
      counts[STATE_KINDS.indexOf(item.kind)]!++;
      const { causes: causeNames, changes } = item.said;
      const causes = causeNames.length === 0 ? NO_CAUSES : causeNames.map((cause) => numbers.get(cause) ?? 0);
      this.#addPair(item, causes, occasion, ms);
      const { state, outcome, durationMs } = item;
      return { state, outcome, durationMs, startMs: starts[at]!, causes, changes, comment: told(item.said) };
    });
    const { minion, atMs, jid } = occasion;
    this.#minionSums.ran(minion, counts, atMs, jid);
    const durationMs = states.reduce<number | null>(
      (last, state) => (state.startMs === null ? last : Math.max(last ?? 0, state.startMs + (state.durationMs ?? 0))),
      null,
    );
    this.#runs.add(jobOf(record, occasion, askedOf(record)), {
      ...{ minion, atMs, durationMs, counts, states, error: '', isRefused: false },
    });
  }

  #addPair(item: Item, causes: readonly number[], { minion, jid }: Occasion, ms: number): void {
    const { state, kind, outcome, durationMs, isGood, said } = item;
    const { comment, reason, changes, causeTexts } = said;
    const isFollower = outcome === 'follower';
    const isKnown = state !== 0 && minion !== 0;
    let isNew = false;
    if (isKnown && kind === 'failed')
      isNew = this.#now.failed(minion, state, ms, jid, { comment, reason, changes, isFollower, causes, causeTexts });
    else if (isKnown && isGood) isNew = this.#now.succeeded(minion, state, ms, jid);
    this.#stateSums.add(state, kind, isFollower, isNew);
    if (durationMs !== null) this.#stateSums.took(state, durationMs, minion, jid);
  }

  /** All of it. `missing`: who did not return. */
  data(missing: readonly Missing[]): RunsData {
    this.end();
    const texts = new TextList();
    const now = this.#now.rows(texts);
    const { jobs, plans } = this.#runs.rows(missing, texts);
    const stateRows = this.#stateSums.rows(HISTORY_LIMITS.stateRows);
    return {
      ...{ now, jobs, plans, stateRows },
      stateNames: this.#states.names,
      minionRows: this.#minionSums.rows(missing),
      texts: texts.list,
      runsLeftOut: {
        ...this.#now.dropped,
        ...this.#runs.dropped,
        isNowUncertain: this.#now.isUncertain,
        isStatesCut: this.#states.isCut,
        states: this.#stateSums.size - stateRows.length,
      },
    };
  }
}

/** A day's times from the first of them on; null where there is none. A run may go on behind midnight. */
function sinceFirst(times: readonly (number | null)[]): (number | null)[] {
  const known = times.filter((ms) => ms !== null);
  const range = (all: readonly number[]): [number, number] =>
    all.reduce<[number, number]>(
      ([first, last], ms) => [Math.min(first, ms), Math.max(last, ms)],
      [Infinity, -Infinity],
    );
  const [earliest, latest] = range(known);
  const isOverMidnight = latest - earliest > DAY_MS / 2;
  const onOneLine = (ms: number): number => (isOverMidnight && ms < DAY_MS / 2 ? ms + DAY_MS : ms);
  const [first] = range(known.map(onOneLine));
  return times.map((ms) => (ms === null ? null : onOneLine(ms) - first));
}

/** What a state says in its run. */
const told = ({ comment, reason, causeTexts }: ItemSaid): string =>
  reason === '' && causeTexts.length === 0
    ? comment
    : [comment, reason, ...causeTexts.map((cause) => `Held back by ${cause}`)].filter((text) => text !== '').join('\n');

function saidOf(record: SaltRecord, kind: StateKind, isFollower: boolean): ItemSaid {
  const { caused_by: causes, caused_by_text: causeTexts, comment, changes } = record;
  return {
    comment: bounded(asText(comment), MAX_COMMENT),
    reason: kind === 'failed' ? commandReason(changes) : '',
    changes: changesText(changes),
    causes: isFollower ? textsOf(causes).map((cause) => boundedKey(cause, MAX_STATE_NAME)) : [],
    causeTexts: isFollower ? textsOf(causeTexts).map((cause) => bounded(cause, MAX_COMMENT)) : [],
  };
}

const askedOf = ({ fun_args: args }: SaltRecord): string => askedSls(args).join(',');

function jobOf({ fun }: SaltRecord, { jid, atMs }: Occasion, sls: string): NewJob {
  return {
    key: keyOf(jid, atMs),
    jid,
    fun: bounded(textsOf(fun).join(', '), MAX_NAME),
    sls: bounded(sls, MAX_NAME),
    atMs,
  };
}
