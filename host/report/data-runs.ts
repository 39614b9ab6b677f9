// What a report knows of single runs: what fails now and since when, jobs and their minions, each minion and each
// state.

/** A state as the tree has it: its `state_name` and the number of its SLS file. */
export type StateName = readonly [name: string, sls: number];

/** A state that failed on a minion when it last ran, or that failed and is fixed. Times in milliseconds since 1970. */
export interface Failing {
  readonly minion: number;
  /** Its number in `stateNames`. */
  readonly state: number;
  /** The first failure after the last success that is known, and its job. */
  readonly sinceMs: number | null;
  readonly sinceJid: string;
  /** How often it failed since then. */
  readonly times: number;
  /** The last failure. */
  readonly lastMs: number | null;
  readonly lastJid: string;
  /** The last success before `sinceMs`; null where none is known. */
  readonly goodMs: number | null;
  /** The first success after the last failure, and its job: it is fixed then. */
  readonly fixedMs: number | null;
  readonly fixedJid: string;
  /** Numbers in `texts`: Salt's comment, why a command failed, what changed; -1 where there is nothing, or no room. */
  readonly comment: number;
  readonly reason: number;
  readonly changes: number;
  /**
   * Whether Salt did not run it because others failed: numbers in `stateNames`, and texts of those not in the return.
   */
  readonly isFollower: boolean;
  readonly causes: readonly number[];
  readonly causeTexts: readonly number[];
}

/** Counts of states in the order of `STATE_KINDS`. */
export type KindCounts = readonly number[];

/**
 * Comment and changes of one state of a run, by its place: `[place, comment, changes, ...causes]`, numbers in `texts`
 * and `stateNames`.
 */
export type Detail = readonly number[];

/** A state run on one minion. */
export interface RunData {
  readonly minion: number;
  readonly atMs: number | null;
  /** From the first state's start to the last one's end; null where Salt gave no times. */
  readonly durationMs: number | null;
  readonly counts: KindCounts;
  /** How many of the failed ones are followers. */
  readonly followers: number;
  /** Which states ran in which order, a number in `plans`; null where there was no room for the states. */
  readonly plan: number | null;
  /** Of each state: `cellAt` reads them. */
  readonly outcomes: string;
  readonly times: string;
  readonly details: readonly Detail[];
  /** Whether details were left out for want of room. */
  readonly isDetailCut: boolean;
  /** What it returned where it gave no states, a number in `texts`; -1 where it gave states. */
  readonly error: number;
  /** Whether Salt refused it because another run was at work. */
  readonly isRefused: boolean;
}

/** A job: who was asked, who answered, what came of it. */
export interface JobData {
  readonly jid: string;
  readonly fun: string;
  /** The SLS files that it was to apply, with commas. */
  readonly sls: string;
  readonly atMs: number | null;
  /** From its announcement to the last return; null where one of them is not known. */
  readonly durationMs: number | null;
  /** How many minions were asked; null where it was not announced. */
  readonly asked: number | null;
  readonly answered: number;
  /** How many did not answer, and the first of them. */
  readonly silentCount: number;
  readonly silent: readonly number[];
  readonly counts: KindCounts;
  readonly followers: number;
  readonly errors: number;
  readonly refused: number;
  readonly runs: readonly RunData[];
}

/** What a minion did. */
export interface MinionData {
  readonly minion: number;
  /** Its last return of any job. */
  readonly seenMs: number | null;
  /** Its last state run that gave states, and the last without a failure. */
  readonly runMs: number | null;
  readonly runJid: string;
  readonly goodMs: number | null;
  readonly goodJid: string;
  readonly runs: number;
  readonly counts: KindCounts;
  readonly errors: number;
  readonly refused: number;
  /** Jobs that it did not answer since it was last seen, and when the first of them began. */
  readonly silentJobs: number;
  readonly silentMs: number | null;
}

/** What became of a state on all minions. */
export interface StateData {
  readonly state: number;
  readonly counts: KindCounts;
  readonly followers: number;
  /** Different minions. */
  readonly minions: number;
  readonly totalMs: number;
  /** How many runs have a duration; the longest, and where. */
  readonly timed: number;
  readonly maxMs: number;
  readonly maxMinion: number;
  readonly maxJid: string;
}

/** What had no room. */
export interface RunsLeftOut {
  /** Failures that are not in `now`, and states on minions that are fixed and not there. */
  readonly failing: number;
  readonly fixed: number;
  /** Whether files were not in the order of time, and there are too many states on minions to know what came later. */
  readonly isNowUncertain: boolean;
  /** Jobs, and runs whose states are not kept. */
  readonly jobs: number;
  readonly runs: number;
  /** Whether states found no number: they are one another state. */
  readonly isStatesCut: boolean;
  /** States that have no row in `states`. */
  readonly states: number;
}

/** All of it. */
export interface RunsData {
  /** States by number; that of 0 is empty: all that are not told apart. */
  readonly stateNames: readonly StateName[];
  readonly texts: readonly string[];
  readonly now: readonly Failing[];
  /** The newest first. */
  readonly jobs: readonly JobData[];
  /** Numbers in `stateNames`, in the order in which they ran. */
  readonly plans: readonly (readonly number[])[];
  readonly minionRows: readonly MinionData[];
  readonly stateRows: readonly StateData[];
  readonly runsLeftOut: RunsLeftOut;
}
