// The states of one run on one minion, a few characters each: what each came to, when it began, how long it took.

/**
 * What a state of a run came to: a failed one that another one held back is a follower, all other failed ones are
 * roots.
 */
export const OUTCOMES = ['failed', 'follower', 'changed', 'unchanged', 'skipped', 'would_change'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The letter of each outcome in `Run.outcomes`. */
const LETTERS: Readonly<Record<Outcome, string>> = {
  failed: 'F',
  follower: 'f',
  changed: 'c',
  unchanged: 'u',
  skipped: 's',
  would_change: 'w',
};

const BY_LETTER = new Map(OUTCOMES.map((outcome) => [LETTERS[outcome], outcome]));

export const isFailure = (outcome: Outcome): boolean => outcome === 'failed' || outcome === 'follower';

/** Two characters a time, on a scale of equal ratios: half a percent from one to the next. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE = DIGITS.length;
const LAST = BASE * BASE - 1;
const SMALLEST_MS = 0.01;
const LARGEST_MS = 1e9;
/** Numbers 0 and 1 are no time, and none at all. */
const FIRST = 2;
const STEPS = (LAST - FIRST) / Math.log(LARGEST_MS / SMALLEST_MS);

function codeOf(ms: number | null): string {
  const number =
    ms === null ? 0 : ms < SMALLEST_MS ? 1 : Math.min(LAST, FIRST + Math.round(Math.log(ms / SMALLEST_MS) * STEPS));
  return DIGITS[Math.floor(number / BASE)]! + DIGITS[number % BASE]!;
}

function msOf(code: string): number | null {
  const number = DIGITS.indexOf(code[0]!) * BASE + DIGITS.indexOf(code[1]!);
  if (number < FIRST) return number === 0 ? null : 0;
  return SMALLEST_MS * Math.exp((number - FIRST) / STEPS);
}

/**
 * One state of a run. Times in milliseconds, to half a percent; the start from the run's start; null where not known.
 */
export interface Cell {
  readonly outcome: Outcome;
  readonly startMs: number | null;
  readonly durationMs: number | null;
}

/** How many characters of `times` a state takes. */
const TIME_WIDTH = 4;

/** The letters and the times of cells. */
export function writeCells(cells: readonly Cell[]): { outcomes: string; times: string } {
  return {
    outcomes: cells.map(({ outcome }) => LETTERS[outcome]).join(''),
    times: cells.map(({ startMs, durationMs }) => codeOf(startMs) + codeOf(durationMs)).join(''),
  };
}

/** The outcome of the state at `at`. */
export const outcomeAt = (outcomes: string, at: number): Outcome => BY_LETTER.get(outcomes[at]!)!;

/** All of them. */
export const outcomesOf = (outcomes: string): Outcome[] =>
  Array.from({ length: outcomes.length }, (_, at) => outcomeAt(outcomes, at));

/** The cell at `at`. */
export function cellAt({ outcomes, times }: { readonly outcomes: string; readonly times: string }, at: number): Cell {
  const code = times.slice(at * TIME_WIDTH, (at + 1) * TIME_WIDTH);
  return { outcome: outcomeAt(outcomes, at), startMs: msOf(code.slice(0, 2)), durationMs: msOf(code.slice(2)) };
}
