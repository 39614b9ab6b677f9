// What fails now: the last run of each state on each minion, in bounded memory and any order of events.
import type { Failing } from './data-runs.js';
import { NO_TEXT, type TextList, Texts } from './texts.js';

/** What a failed state says, texts. */
export interface Said {
  readonly comment: string;
  readonly reason: string;
  readonly changes: string;
  readonly isFollower: boolean;
  /** Numbers of states. */
  readonly causes: readonly number[];
  readonly causeTexts: readonly string[];
}

interface Kept {
  readonly minion: number;
  readonly state: number;
  sinceMs: number;
  sinceJid: string;
  times: number;
  lastMs: number;
  lastJid: string;
  goodMs: number;
  fixedMs: number;
  fixedJid: string;
  /** The newest failures, for successes that come late. */
  recent: number[];
  texts: number[];
  causeTexts: number[];
  isFollower: boolean;
  causes: readonly number[];
}

/** How much is kept. */
export interface NowLimits {
  /** States on minions, of which is known when they last succeeded. */
  readonly pairs: number;
  /** States on minions that fail or failed. */
  readonly failing: number;
  /** Of those that are fixed, the newest that leave. */
  readonly fixed: number;
  /** Characters of what they say. */
  readonly nowCharacters: number;
}

/** Failures of a state on a minion whose times are kept. */
const MAX_RECENT = 32;
/** States and minions have smaller numbers than this. */
const STATES = 1 << 15;
const NEVER = -Infinity;

const known = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);

/** Takes each run of a state on a minion. */
export class Now {
  readonly #limits: NowLimits;
  readonly #places = new Map<number, number>();
  readonly #good: number[] = [];
  readonly #failing = new Map<number, Kept>();
  readonly #texts = new Texts();
  #fixed = 0;
  #dropped = 0;
  #droppedFixed = 0;
  #newestMs = NEVER;
  #isUnordered = false;
  #isFull = false;

  constructor(limits: NowLimits) {
    this.#limits = limits;
  }

  /** Failures that found no room, and states on minions that are fixed and did not. Complete after `rows`. */
  get dropped(): { readonly failing: number; readonly fixed: number } {
    return { failing: this.#dropped, fixed: this.#droppedFixed };
  }

  /** Whether a success that came before may not be known. */
  get isUncertain(): boolean {
    return this.#isFull && this.#isUnordered;
  }

  /** When it happened, where the event did not say: after all that came before. */
  timeOf(atMs: number | null): number {
    const ms = atMs ?? this.#newestMs;
    if (ms < this.#newestMs) this.#isUnordered = true;
    this.#newestMs = Math.max(this.#newestMs, ms);
    return ms;
  }

  /** A state ran and did not fail. Whether it never came before on that minion, as far as is known. */
  succeeded(minion: number, state: number, ms: number, jid: string): boolean {
    const key = minion * STATES + state;
    const isNew = this.#addGood(key, ms);
    const failing = this.#failing.get(key);
    if (failing === undefined) return isNew;
    if (ms >= failing.lastMs) {
      if (failing.fixedMs === NEVER) this.#fixed++;
      if (failing.fixedMs === NEVER || ms < failing.fixedMs) [failing.fixedMs, failing.fixedJid] = [ms, jid];
    } else {
      failing.goodMs = Math.max(failing.goodMs, ms);
      if (ms > failing.sinceMs) {
        const later = failing.recent.filter((each) => each > ms);
        failing.times = later.length;
        failing.sinceMs = Math.min(...later);
        failing.sinceJid = later.length === 1 ? failing.lastJid : '';
      }
    }
    return isNew;
  }

  /** A state failed. Whether it never came before on that minion. */
  failed(minion: number, state: number, ms: number, jid: string, said: Said): boolean {
    const key = minion * STATES + state;
    const goodMs = this.#goodOf(key);
    let kept = this.#failing.get(key);
    if (kept === undefined) {
      const isNew = this.#addGood(key, NEVER);
      if (this.#failing.size >= this.#limits.failing && !this.#makeRoom()) {
        this.#dropped++;
        return isNew;
      }
      const isFixed = goodMs > ms;
      if (isFixed) this.#fixed++;
      kept = {
        ...{ minion, state, sinceMs: ms, sinceJid: jid, times: 1, lastMs: ms, lastJid: jid },
        ...{ goodMs: isFixed ? NEVER : goodMs, fixedMs: isFixed ? goodMs : NEVER, fixedJid: '' },
        ...{ recent: [ms], texts: [], causeTexts: [], isFollower: false, causes: [] },
      };
      this.#failing.set(key, kept);
      this.#say(kept, said);
      return isNew;
    }
    if (kept.fixedMs !== NEVER && ms > kept.fixedMs) {
      // It fails again.
      this.#fixed--;
      Object.assign(kept, { goodMs: kept.fixedMs, fixedMs: NEVER, sinceMs: ms, sinceJid: jid, times: 0, recent: [] });
      if (goodMs > ms) {
        [kept.fixedMs, kept.goodMs] = [goodMs, NEVER];
        this.#fixed++;
      } else kept.goodMs = goodMs;
    } else if (ms < kept.goodMs) return false; // of a time before it was good
    kept.times++;
    if (ms < kept.sinceMs) [kept.sinceMs, kept.sinceJid] = [ms, jid];
    if (kept.recent.length >= MAX_RECENT) kept.recent.shift();
    kept.recent.push(ms);
    if (ms >= kept.lastMs) {
      [kept.lastMs, kept.lastJid] = [ms, jid];
      this.#say(kept, said);
    }
    return false;
  }

  #goodOf(key: number): number {
    const place = this.#places.get(key);
    return place === undefined ? NEVER : this.#good[place]!;
  }

  #addGood(key: number, ms: number): boolean {
    const place = this.#places.get(key);
    if (place !== undefined) {
      if (ms > this.#good[place]!) this.#good[place] = ms;
      return false;
    }
    if (this.#good.length >= this.#limits.pairs) {
      this.#isFull = true;
      return false;
    }
    this.#places.set(key, this.#good.length);
    this.#good.push(ms);
    return true;
  }

  /** What is fixed goes where it is much. */
  #makeRoom(): boolean {
    if (this.#fixed < this.#limits.failing / 4) return false;
    for (const [key, kept] of this.#failing) {
      if (kept.fixedMs === NEVER) continue;
      this.#letGo(kept);
      this.#failing.delete(key);
      this.#droppedFixed++;
    }
    this.#fixed = 0;
    return true;
  }

  #say(kept: Kept, { comment, reason, changes, isFollower, causes, causeTexts }: Said): void {
    this.#letGo(kept);
    const hold = (text: string): number =>
      this.#texts.characters >= this.#limits.nowCharacters ? NO_TEXT : this.#texts.hold(text);
    kept.texts = [comment, reason, changes].map(hold);
    kept.causeTexts = causeTexts.map(hold);
    kept.isFollower = isFollower;
    kept.causes = causes;
  }

  #letGo({ texts, causeTexts }: Kept): void {
    for (const text of [...texts, ...causeTexts]) this.#texts.letGo(text);
  }

  /** All of them: what fails first, of that the roots; the newest first. */
  rows({ numberOf }: TextList): Failing[] {
    const text = (number: number): number => numberOf(this.#texts.textOf(number));
    const rank = ({ fixedMs, isFollower }: Kept): number => (fixedMs !== NEVER ? 2 : isFollower ? 1 : 0);
    const all = [...this.#failing.values()].sort((a, b) => rank(a) - rank(b) || b.lastMs - a.lastMs);
    const rows = all.slice(0, all.length - this.#fixed + this.#limits.fixed);
    this.#droppedFixed += all.length - rows.length;
    return rows.map((kept) => ({
      minion: kept.minion,
      state: kept.state,
      times: kept.times,
      sinceMs: known(kept.sinceMs),
      sinceJid: kept.sinceJid,
      lastMs: known(kept.lastMs),
      lastJid: kept.lastJid,
      goodMs: known(kept.goodMs),
      fixedMs: known(kept.fixedMs),
      fixedJid: kept.fixedJid,
      comment: text(kept.texts[0]!),
      reason: text(kept.texts[1]!),
      changes: text(kept.texts[2]!),
      isFollower: kept.isFollower,
      causes: kept.causes,
      causeTexts: kept.causeTexts.map(text),
    }));
  }
}
