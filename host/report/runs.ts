// Jobs and their runs, the newest ones, in bounded memory.
import { type Cell, writeCells } from './cells.js';
import { STATE_KINDS } from './data.js';
import type { Detail, JobData, RunData } from './data-runs.js';
import type { Missing } from './expected.js';
import { NO_TEXT, type TextList, Texts } from './texts.js';

/** How much is kept. */
export interface RunLimits {
  /** Jobs that ran states, and all others. */
  readonly jobs: number;
  readonly otherJobs: number;
  /** Runs, each with its counts. */
  readonly runs: number;
  /** States of all runs together. */
  readonly runCells: number;
  /** Numbers of all plans together. */
  readonly planNumbers: number;
  /** States with comments and changes, and characters of these. */
  readonly details: number;
  readonly detailCharacters: number;
  /** Minions that are named of those that did not answer. */
  readonly silent: number;
}

/** A state of a run as it comes. */
export interface RunState extends Cell {
  readonly state: number;
  readonly comment: string;
  readonly changes: string;
  readonly causes: readonly number[];
}

/** A run as it comes. */
export interface NewRun {
  readonly minion: number;
  readonly atMs: number | null;
  readonly durationMs: number | null;
  readonly counts: readonly number[];
  readonly states: readonly RunState[];
  /** What it returned where it gave no states; else empty. */
  readonly error: string;
  readonly isRefused: boolean;
}

/** What a job is called, and when it began. */
export interface NewJob {
  readonly key: string;
  readonly jid: string;
  readonly fun: string;
  readonly sls: string;
  readonly atMs: number | null;
}

interface Run extends Omit<RunData, 'plan' | 'outcomes' | 'times' | 'details' | 'isDetailCut'> {
  plan: string | null;
  outcomes: string;
  times: string;
  details: Detail[];
  isDetailCut: boolean;
}

interface Job extends Omit<NewJob, 'key'> {
  fun: string;
  sls: string;
  atMs: number | null;
  announcedMs: number | null;
  lastMs: number | null;
  asked: Set<string> | null;
  readonly runs: Run[];
}

/** What stays of something that is full. */
const REST = 0.75;

const min = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));
const max = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

/** Takes runs and announcements in any order. */
export class Runs {
  readonly #limits: RunLimits;
  readonly #jobs = new Map<string, Job>();
  readonly #others = new Map<string, Job>();
  readonly #plans = new Map<string, number>();
  readonly #texts = new Texts();
  #detailed: Run[] = [];
  #runs = 0;
  #cells = 0;
  #planNumbers = 0;
  #details = 0;
  #droppedJobs = 0;
  #droppedRuns = 0;

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  get dropped(): { readonly jobs: number; readonly runs: number } {
    return { jobs: this.#droppedJobs, runs: this.#droppedRuns };
  }

  /** `minions`: as they are called, to be told apart. */
  announce(job: NewJob, minions: readonly string[]): void {
    const known = this.#jobs.get(job.key) ?? this.#others.get(job.key) ?? this.#add(this.#others, job);
    known.asked ??= new Set();
    for (const minion of minions) known.asked.add(minion);
    known.announcedMs = min(known.announcedMs, job.atMs);
    known.atMs = min(known.atMs, job.atMs);
    this.#dropOthers();
  }

  add(job: NewJob, run: NewRun): void {
    const kept = this.#ofStates(job);
    if (kept.sls === '') kept.sls = job.sls;
    kept.atMs = min(kept.atMs, job.atMs);
    kept.lastMs = max(kept.lastMs, run.atMs);
    const { states, error, minion, atMs, durationMs, counts, isRefused } = run;
    const plan = states.map(({ state }) => state).join();
    const details: Detail[] = [];
    let followers = 0;
    for (let at = 0; at < states.length; at++) {
      const { outcome, comment, changes, causes } = states[at]!;
      if (outcome === 'follower') followers++;
      if (comment !== '' || changes !== '' || causes.length > 0)
        details.push([at, this.#texts.hold(comment), this.#texts.hold(changes), ...causes]);
    }
    const { outcomes, times } = writeCells(states);
    const made: Run = {
      minion,
      atMs,
      durationMs,
      counts,
      isRefused,
      details,
      isDetailCut: false,
      followers,
      error: this.#texts.hold(error),
      plan: states.length === 0 ? null : plan,
      outcomes,
      times,
    };
    kept.runs.push(made);
    this.#runs++;
    this.#cells += states.length;
    this.#details += details.length;
    if (states.length > 0) this.#holdPlan(plan);
    if (details.length > 0) this.#detailed.push(made);
    this.#trim();
  }

  #ofStates(job: NewJob): Job {
    const other = this.#others.get(job.key);
    if (other !== undefined) {
      this.#others.delete(job.key);
      this.#jobs.set(job.key, other);
      return other;
    }
    return this.#jobs.get(job.key) ?? this.#add(this.#jobs, job);
  }

  #add(jobs: Map<string, Job>, { jid, fun, sls, atMs, key }: NewJob): Job {
    const job: Job = { jid, fun, sls, atMs, announcedMs: null, lastMs: null, asked: null, runs: [] };
    jobs.set(key, job);
    return job;
  }

  #holdPlan(plan: string): void {
    const holders = this.#plans.get(plan) ?? 0;
    this.#plans.set(plan, holders + 1);
    if (holders === 0) this.#planNumbers += plan.length;
  }

  #letGoPlan(plan: string): void {
    const holders = this.#plans.get(plan)! - 1;
    if (holders > 0) {
      this.#plans.set(plan, holders);
      return;
    }
    this.#plans.delete(plan);
    this.#planNumbers -= plan.length;
  }

  #dropOthers(): void {
    if (this.#others.size <= this.#limits.otherJobs) return;
    for (const key of this.#oldest(this.#others).slice(0, Math.ceil(this.#limits.otherJobs * (1 - REST)))) {
      this.#others.delete(key);
      this.#droppedJobs++;
    }
  }

  #oldest(jobs: ReadonlyMap<string, Job>): string[] {
    return [...jobs].sort(([, a], [, b]) => (a.atMs ?? 0) - (b.atMs ?? 0)).map(([key]) => key);
  }

  #trim(): void {
    const { jobs, runs, runCells, planNumbers, details, detailCharacters } = this.#limits;
    if (this.#jobs.size > jobs || this.#runs > runs) this.#dropJobs();
    if (this.#cells > runCells || this.#planNumbers > planNumbers) this.#dropStates();
    const isFull = (share: number): boolean =>
      this.#details > details * share || this.#texts.characters > detailCharacters * share;
    if (!isFull(1)) return;
    this.#detailed.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
    // What did not fail goes first, of the oldest runs.
    for (const isAll of [false, true])
      for (const run of this.#detailed) {
        if (!isFull(REST)) break;
        this.#dropDetails(run, isAll);
      }
    this.#detailed = this.#detailed.filter((run) => run.details.length > 0);
  }

  #dropDetails(run: Run, isAll: boolean): void {
    const kept = run.details.filter(([at]) => !isAll && 'Ff'.includes(run.outcomes[at!]!));
    if (kept.length < run.details.length) run.isDetailCut = true;
    for (const detail of run.details) {
      if (kept.includes(detail)) continue;
      this.#texts.letGo(detail[1]!);
      this.#texts.letGo(detail[2]!);
      this.#details--;
    }
    run.details = kept;
  }

  /** The states of the oldest runs go, their counts stay. */
  #dropStates(): void {
    const { runCells, planNumbers } = this.#limits;
    for (const key of this.#oldest(this.#jobs))
      for (const run of this.#jobs.get(key)!.runs) {
        if (this.#cells <= runCells * REST && this.#planNumbers <= planNumbers * REST) return;
        this.#dropRun(run);
      }
  }

  #dropRun(run: Run): void {
    if (run.plan === null) return;
    this.#dropDetails(run, true);
    this.#letGoPlan(run.plan);
    this.#cells -= run.outcomes.length;
    this.#droppedRuns++;
    Object.assign(run, { plan: null, outcomes: '', times: '', isDetailCut: true });
  }

  #dropJobs(): void {
    const { jobs, runs } = this.#limits;
    for (const key of this.#oldest(this.#jobs)) {
      // The newest one stays, however many runs it has.
      if (this.#jobs.size === 1 || (this.#jobs.size <= jobs * REST && this.#runs <= runs * REST)) return;
      for (const run of this.#jobs.get(key)!.runs) {
        this.#dropRun(run);
        this.#texts.letGo(run.error);
        this.#runs--;
      }
      this.#jobs.delete(key);
      this.#droppedJobs++;
    }
  }

  /** The jobs, the newest first. `missing`: who did not return in which. */
  rows(missing: Iterable<Missing>, texts: TextList): { jobs: JobData[]; plans: number[][] } {
    const silent = new Map<string, number[]>();
    for (const { jid, minion } of missing) {
      const minions = silent.get(jid);
      if (minions === undefined) silent.set(jid, [minion]);
      else minions.push(minion);
    }
    const plans = new Map([...this.#plans.keys()].map((plan, at) => [plan, at]));
    const text = (number: number): number =>
      number === NO_TEXT ? NO_TEXT : texts.numberOf(this.#texts.textOf(number));
    const runOf = ({ plan, error, details, ...run }: Run): RunData => ({
      ...run,
      ...{ plan: plan === null ? null : plans.get(plan)!, error: text(error) },
      details: details.map(([at, comment, changes, ...causes]) => [at!, text(comment!), text(changes!), ...causes]),
    });
    const jobs = [...this.#jobs, ...this.#others].map(([key, job]): JobData => {
      const missed = silent.get(key) ?? [];
      const answering = new Set(job.runs.map(({ minion }) => minion)).size;
      const { jid, fun, sls, atMs, asked, announcedMs, lastMs } = job;
      const stopped = job.runs.filter(({ error }) => error !== NO_TEXT);
      return {
        ...{ jid, fun, sls, atMs },
        durationMs: announcedMs === null || lastMs === null ? null : Math.max(0, lastMs - announcedMs),
        asked: asked === null ? null : asked.size,
        answered: asked === null ? answering : Math.max(answering, asked.size - missed.length),
        silentCount: missed.length,
        silent: missed.slice(0, this.#limits.silent),
        counts: STATE_KINDS.map((_, kind) => job.runs.reduce((sum, { counts }) => sum + counts[kind]!, 0)),
        followers: job.runs.reduce((sum, { followers }) => sum + followers, 0),
        errors: stopped.filter(({ isRefused }) => !isRefused).length,
        refused: stopped.filter(({ isRefused }) => isRefused).length,
        runs: job.runs.map(runOf),
      };
    });
    jobs.sort((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0));
    return { jobs, plans: [...plans.keys()].map((plan) => plan.split(',').map(Number)) };
  }
}
