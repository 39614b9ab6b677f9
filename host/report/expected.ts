// Who was to take part in jobs, against who returned, in bounded memory.

/** A job as `salt/job/JID/new` announces it. */
export interface Announced {
  /** As it is called, to be compared with returns. */
  readonly jid: string;
  /** What it is called in the report. */
  readonly shownJid: string;
  /** The minions as they are called, to be compared with returns. */
  readonly minions: readonly string[];
  /** What each is called in the report. */
  readonly shown: readonly number[];
  readonly fun: string;
  /** Milliseconds since 1970; null where the event has no time. */
  readonly atMs: number | null;
}

/** A minion that did not return. */
export interface Missing {
  readonly minion: number;
  readonly jid: string;
  readonly fun: string;
  readonly atMs: number | null;
}

interface Job {
  shownJid: string;
  fun: string;
  atMs: number | null;
  /** Minion to its number in the report. */
  readonly waiting: Map<string, number>;
}

/**
 * Compares in any order of events, as files may be read newest first. Holds the minions that did not return yet, and
 * those that returned in jobs that were not announced yet: of both as many as there is room for, the newest jobs.
 */
export class Expected {
  readonly #max: number;
  readonly #jobs = new Map<string, Job>();
  /** Jid to the minion that returned, or to all of them: nearly all jobs here have one, and a set for each is large. */
  readonly #early = new Map<string, string | Set<string>>();
  // Each goes on from where it was: a new one would pass over all that was dropped before, again and again.
  readonly #oldestJobs = this.#jobs.entries();
  readonly #oldestEarly = this.#early.entries();
  #waiting = 0;
  #returned = 0;
  #dropped = 0;
  #forgotten = 0;
  #isAnnounced = false;

  /** `max`: how many minions of all jobs together are held, of each sort. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether any job was announced. */
  get isAnnounced(): boolean {
    return this.#isAnnounced;
  }

  /** Minions that did not return and were dropped for want of room; returns without an announcement that were. */
  get left(): { readonly dropped: number; readonly forgotten: number } {
    return { dropped: this.#dropped, forgotten: this.#forgotten };
  }

  announce({ jid, shownJid, minions, shown, fun, atMs }: Announced): void {
    this.#isAnnounced = true;
    let job = this.#jobs.get(jid);
    if (job === undefined) this.#jobs.set(jid, (job = { shownJid, fun, atMs, waiting: new Map() }));
    const early = this.#early.get(jid);
    minions.forEach((minion, at) => {
      if (isAmong(early, minion) || job.waiting.has(minion)) return;
      job.waiting.set(minion, shown[at]!);
      this.#waiting++;
    });
    while (this.#waiting > this.#max) {
      const [oldest, { waiting }] = this.#oldestJobs.next().value!;
      this.#dropped += waiting.size;
      this.#waiting -= waiting.size;
      this.#jobs.delete(oldest);
    }
    if (job.waiting.size === 0) this.#jobs.delete(jid);
  }

  returned(jid: string, minion: string): void {
    const job = this.#jobs.get(jid);
    if (job?.waiting.delete(minion) === true) {
      this.#waiting--;
      if (job.waiting.size === 0) this.#jobs.delete(jid);
      return;
    }
    // Not announced yet. Syndics announce a job several times, each with minions of its own.
    const early = this.#early.get(jid);
    if (isAmong(early, minion)) return;
    if (early === undefined) this.#early.set(jid, minion);
    else if (typeof early === 'string') this.#early.set(jid, new Set([early, minion]));
    else early.add(minion);
    this.#returned++;
    while (this.#returned > this.#max) {
      const [oldest, minions] = this.#oldestEarly.next().value!;
      const count = typeof minions === 'string' ? 1 : minions.size;
      this.#returned -= count;
      this.#forgotten += count;
      this.#early.delete(oldest);
    }
  }

  /** Those that did not return, the newest jobs last. */
  *missing(): Generator<Missing> {
    for (const { shownJid, fun, atMs, waiting } of this.#jobs.values())
      for (const minion of waiting.values()) yield { minion, jid: shownJid, fun, atMs };
  }
}

const isAmong = (early: string | ReadonlySet<string> | undefined, minion: string): boolean =>
  typeof early === 'string' ? early === minion : early?.has(minion) === true;
