// What a report is made of: gathered once, the same for text, JSON and the page, which carries it and filters it.
import type { Kind } from '../core/kinds.js';
import type { RunsData } from './data-runs.js';

/** How many states of each kind; `KIND_MEANINGS` defines them. The order is that of the numbers in `totals`. */
export const STATE_KINDS = [
  'failed',
  'changed',
  'unchanged',
  'skipped',
  'would_change',
] as const satisfies readonly Kind[];
export type StateKind = (typeof STATE_KINDS)[number];

/** The name behind index 0 of `minions` and `slses`: all that are not told apart. */
export const OTHERS = 0;

/**
 * When it happened, in milliseconds since 1970 (UTC), null where the event did not say; in which job, on which minion.
 */
export interface Occasion {
  readonly atMs: number | null;
  readonly jid: string;
  readonly minion: number;
}

/** What a state said of itself. */
export interface Remark {
  /** Salt's comment. */
  readonly comment: string;
  /** Why a command failed: the last lines that it wrote; empty of all else. */
  readonly reason: string;
}

/**
 * States, or errors, that are one: the same `state_name`, the same error. Sums are over all that happened; `cells` tell
 * where, as far as there was room.
 */
export interface Group {
  /** Salt's `state_name`; the error of a state run that gave no state results. */
  readonly name: string;
  /** How often. */
  readonly count: number;
  /** How often it may have happened besides, while there was no room for it; 0 nearly always. */
  readonly missed: number;
  /** Milliseconds, of those with a duration: all together and the longest. */
  readonly totalMs: number;
  readonly maxMs: number;
  /** The longest one. */
  readonly longest: Occasion;
  readonly last: Occasion;
  /** Different comments, the first few; of an error none. */
  readonly comments: readonly Remark[];
  /** Different minions, as far as they are told apart. */
  readonly minions: number;
  /** Whether there may be more of them. */
  readonly isMoreMinions: boolean;
  /** Which of `count` are in no cell. */
  readonly unplaced: number;
  /** Rows of minion, sls, bin (null: no time), comment (-1: another one), count, total ms, longest ms. */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** A minion that was to take part in a job and did not return. */
export interface Unanswered {
  readonly minion: number;
  /** The minion's number in cells: `OTHERS` where it is counted among them. */
  readonly cell: number;
  readonly jid: string;
  readonly fun: string;
  readonly atMs: number | null;
  readonly bin: number | null;
}

/** What had no room, or was not in the input. All zero, or false, nearly always. */
export interface LeftOut {
  /** Whether minions found no number: they are the others in all tables. */
  readonly isMinionsCut: boolean;
  /** Whether minions are counted among the others where a filter is to tell them apart. */
  readonly isFilterCut: boolean;
  /** Whether SLS files are counted among the others. */
  readonly isSlsCut: boolean;
  /** Groups that were dropped, of each list. */
  readonly failedGroups: number;
  readonly slowGroups: number;
  readonly errorGroups: number;
  readonly refusedGroups: number;
  readonly driftGroups: number;
  /** Minions that did not return, and are not in `unanswered`. */
  readonly unanswered: number;
  /** Returns that came without `salt/job/JID/new` before them, and were forgotten. */
  readonly forgottenReturns: number;
  /** Whether there was no `salt/job/JID/new` at all: who was expected is not known. */
  readonly isExpectedUnknown: boolean;
  /**
   * Whether what was asked for says nothing of minions that did not return: failed states, or those of some SLS files.
   */
  readonly isExpectedUnasked: boolean;
}

/** All of it. JSON. */
export interface ReportData extends RunsData {
  readonly version: string;
  /** When the report was made, ISO 8601. */
  readonly generated: string;
  readonly files: readonly string[];
  /** What went wrong with files, a sentence each. */
  readonly fileErrors: readonly string[];
  readonly events: number;
  /** Returns of jobs that ran states. */
  readonly jobReturns: number;
  readonly malformed: number;
  /** Records that came more than once, without the first time each: they are not counted. */
  readonly copies: number;
  /** Records that share an id with another one and differ from it: they are counted. */
  readonly differing: number;
  /** Whether there were too many records to know all copies. */
  readonly isCopiesCut: boolean;
  /** Whether secrets are masked, by the option `redact`. */
  readonly isRedacted: boolean;
  /** What was asked for, an option of the command line each; none where it is all. */
  readonly filters: readonly string[];
  /** Whether only what failed was asked for: there is no share of success then. */
  readonly isFailedOnly: boolean;
  /** Records of states and failed runs that were looked at, whatever was asked for. */
  readonly lookedAt: number;
  /** Of the first and the last event with a time, in milliseconds since 1970. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The time axis: bin `n` begins at `n * widthMs`. */
  readonly widthMs: number;
  readonly firstBin: number;
  readonly bins: number;
  readonly minions: readonly string[];
  readonly slses: readonly string[];
  /** Rows of bin (null: no time), minion, sls, and a count for each of `STATE_KINDS`. */
  readonly totals: readonly (readonly (number | null)[])[];
  /** Rows of minion, failed states, errors, states: those with the most failures. */
  readonly failing: readonly (readonly number[])[];
  /** How many minions have failures, or more where minions are not all told apart. */
  readonly failingTotal: number;
  readonly failed: readonly Group[];
  readonly slow: readonly Group[];
  readonly errors: readonly Group[];
  /** State runs that were refused because another one was at work. */
  readonly refused: readonly Group[];
  readonly drift: readonly Group[];
  readonly unanswered: readonly Unanswered[];
  readonly leftOut: LeftOut;
}
