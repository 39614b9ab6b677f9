// Which records are asked for on the command line: those that failed, of some minions, of some SLS files, of some time.
import { globPattern } from './globs.js';
import type { Kind } from './kinds.js';
import { type Preset, PRESET_ROWS, type RecordFields } from './presets.js';

/** A point in time as it was typed, and in milliseconds since 1970. */
export interface Moment {
  readonly text: string;
  readonly ms: number;
}

/** What is asked for. All of it holds; of several globs one. */
export interface FilterOptions {
  readonly failed?: boolean;
  readonly minion?: readonly string[];
  readonly sls?: readonly string[];
  /** From here on. */
  readonly since?: Moment;
  /** Up to here, excluded. */
  readonly until?: Moment;
}

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const AGO = /^(\d{1,6})(s|m|h|d|w)$/;
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** What a moment may be, in words. */
export const MOMENT_FORMS =
  'expected how long ago (30m, 2h, 7d, 1w) or a date (2026-11-22, 2026-11-22T09:19, 2026-11-22T09:19:48+01:00; UTC unless told)';

/**
 * The moment that `text` stands for, seen from `nowMs`; null where it stands for none. A date alone is its midnight.
 */
export function readMoment(text: string, nowMs: number): Moment | null {
  const ago = AGO.exec(text);
  if (ago !== null) return { text, ms: nowMs - Number(ago[1]) * UNITS_MS[ago[2] as keyof typeof UNITS_MS] };
  const date = DATE.exec(text);
  if (date === null) return null;
  const [, day, minute = '00:00', second = ':00', zone = 'Z'] = date;
  const ms = Date.parse(`${day}T${minute}${second}${zone}`);
  // A day that its month has not, such as 02-30, would be one of the next month.
  return Number.isNaN(ms) || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day!) ? null : { text, ms };
}

/** So many names are told where none matches. */
const EXAMPLES = 3;

const decoder = new TextDecoder();

/** Judges records, and remembers what it needs to say why none was left. */
export class RecordFilter {
  readonly #failed: boolean;
  readonly #minions: readonly RegExp[] | null;
  readonly #slses: readonly RegExp[] | null;
  readonly #since: Moment | null;
  readonly #until: Moment | null;
  /** The options as they were typed; none where nothing was asked for. */
  readonly words: readonly string[];
  /** Records that were judged, malformed ones aside. */
  seen = 0;
  /** Those that all filters but `--failed` leave. */
  matched = 0;
  /** Those without a time, where one was asked for. */
  untimed = 0;
  readonly #names = { minion: new Set<string>(), sls: new Set<string>() };
  #hasMinion = false;
  #hasSls = false;
  #hasTime = false;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor({ failed = false, minion, sls, since, until }: FilterOptions) {
    this.#failed = failed;
    this.#minions = minion?.map(globPattern) ?? null;
    this.#slses = sls?.map(globPattern) ?? null;
    this.#since = since ?? null;
    this.#until = until ?? null;
    this.words = [
      ...(failed ? ['--failed'] : []),
      ...(minion ?? []).map((glob) => `--minion ${glob}`),
      ...(sls ?? []).map((glob) => `--sls ${glob}`),
      ...(since === undefined ? [] : [`--since ${since.text}`]),
      ...(until === undefined ? [] : [`--until ${until.text}`]),
    ];
  }

  /** Whether anything was asked for. */
  get isActive(): boolean {
    return this.words.length > 0;
  }

  /** Whether what did not fail is left out. */
  get isFailedOnly(): boolean {
    return this.#failed;
  }

  /** Whether something is asked for that only a record of a state has. */
  get isOfStates(): boolean {
    return this.#failed || this.#slses !== null;
  }

  /** Whether a record is asked for. Malformed ones always are: whose they are is not known. */
  keeps({ minion, sls, timeMs }: RecordFields, kind: Kind): boolean {
    if (kind === 'malformed') return true;
    this.seen++;
    const isMinion = this.isMinion(minion);
    const isSls = this.#slses === null || sls.some((each) => this.#slses!.some((glob) => glob.test(each)));
    this.#note(this.#names.minion, minion);
    for (const each of sls) this.#note(this.#names.sls, each);
    this.#hasMinion ||= isMinion;
    this.#hasSls ||= isSls;
    const isTime = this.isTime(timeMs);
    this.#hasTime ||= isTime;
    if (timeMs === null) this.untimed += Number(this.#isTimed);
    else {
      this.#firstMs = Math.min(this.#firstMs, timeMs);
      this.#lastMs = Math.max(this.#lastMs, timeMs);
    }
    if (!isMinion || !isSls || !isTime) return false;
    this.matched++;
    return !this.#failed || kind === 'failed';
  }

  isMinion(minion: string | null): boolean {
    return this.#minions === null || this.#minions.some((glob) => glob.test(minion ?? ''));
  }

  isTime(timeMs: number | null): boolean {
    if (!this.#isTimed) return true;
    return timeMs !== null && timeMs >= (this.#since?.ms ?? -Infinity) && timeMs < (this.#until?.ms ?? Infinity);
  }

  get #isTimed(): boolean {
    return this.#since !== null || this.#until !== null;
  }

  #note(names: Set<string>, name: string | null): void {
    if (name !== null && names.size < EXAMPLES) names.add(name);
  }

  /** The same for records as a preset writes them; null where nothing is asked for. */
  ofPreset(preset: Preset): ((record: Uint8Array, kind: Kind) => boolean) | null {
    if (!this.isActive) return null;
    const { fieldsOf } = PRESET_ROWS[preset];
    return (record, kind) =>
      kind === 'malformed' ||
      this.keeps(fieldsOf(JSON.parse(decoder.decode(record)) as Readonly<Record<string, unknown>>, kind), kind);
  }

  /**
   * Why records were judged and none was asked for, in a sentence; null where it is not so. `--failed` may leave none.
   */
  get nothingLeft(): string | null {
    if (this.matched > 0 || this.seen === 0) return null;
    const among = (names: Set<string>): string =>
      names.size === 0 ? 'none is named' : `there is ${[...names].join(', ')}${names.size < EXAMPLES ? '' : ', …'}`;
    const words = (name: string): string => this.words.filter((word) => word.startsWith(name)).join(' ');
    const isoOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    const why = !this.#hasMinion
      ? `no minion matches ${words('--minion')} (${among(this.#names.minion)})`
      : !this.#hasSls
        ? `no SLS file matches ${words('--sls')} (${among(this.#names.sls)})`
        : this.#isTimed && this.#firstMs === Infinity
          ? 'none has a _stamp or a jid, so none lies within --since and --until'
          : !this.#hasTime
            ? `none lies within ${[words('--since'), words('--until')].join(' ').trim()} (from ${isoOf(this.#firstMs)} to ${isoOf(this.#lastMs)})`
            : `none is of all of ${this.words.join(' ')}`;
    const read =
      this.seen === 1 ? '1 record was read, and it is not left' : `${this.seen} records were read, and none is left`;
    return `${read}: ${why}`;
  }

  /** What was left out for want of a time, in a sentence; null where nothing was. */
  get untimedNote(): string | null {
    return this.untimed === 0
      ? null
      : `${this.untimed} of ${this.seen} records have neither a _stamp nor a jid, so --since and --until leave them out`;
  }
}
