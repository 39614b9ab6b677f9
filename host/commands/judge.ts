// What a replay looks at beside the records themselves: which were asked for, which share an id, and whether there was
// anything.
import type { Counts } from '../core/counts.js';
import type { RecordFilter } from '../core/filter.js';
import type { Keep } from '../core/flattener.js';
import type { DocumentMaker } from '../delivery/document.js';
import type { Preset } from '../core/presets.js';
import { Twins } from '../core/twins.js';
import type { Saltflat } from '../index.js';
import { EXIT } from '../run/exit.js';
import { nothingIn } from '../run/nothing.js';
import type { Run } from '../run/run.js';

/** Options that may leave out all records of an input that has some. */
const LEAVING_OUT = ['only', 'functions', 'states'] as const;

/** Whether it may be the options that left no record of an input. */
export const isLeftOut = ({ events, malformed }: Counts, { options }: Saltflat): boolean =>
  events > malformed && LEAVING_OUT.some((name) => name in options);

/** Looks at the records of one replay. */
export class ReplayWatch {
  readonly #filter: RecordFilter;
  readonly #twins: Twins | null;
  /** Which records leave; null for all, where nothing is to be looked at. */
  readonly keep: Keep | null;

  /** `takes`: whether a record leaves whatever was asked for. */
  constructor(filter: RecordFilter, preset: Preset, { options }: Saltflat, takes?: DocumentMaker['takes']) {
    this.#filter = filter;
    const twins = (this.#twins = options.id === true || options.trace === true ? new Twins(preset) : null);
    const isAsked = filter.ofPreset(preset);
    this.keep =
      twins === null
        ? isAsked
        : (record, kind) => {
            if (!(takes?.(record, kind) ?? isAsked?.(record, kind) ?? true)) return false;
            twins.note(record, kind);
            return true;
          };
  }

  /**
   * Says what is to be known of the input as a whole, above all why nothing came of it: nobody is to take silence for
   * good news. Where options or `--failed` leave all out, that is no such case; a file that cannot be read has been
   * told of.
   */
  judge(replaying: Run): void {
    const { counts, saltflat, fileErrors } = replaying;
    const { untimedNote, nothingLeft, seen } = this.#filter;
    const shared = this.#twins?.sentence ?? null;
    if (shared !== null) replaying.note(shared);
    if (untimedNote !== null) replaying.note(untimedNote);
    const isNothing = counts.records === counts.malformed && seen === 0 && !isLeftOut(counts, saltflat);
    const why = nothingLeft ?? (isNothing && fileErrors.length === 0 ? nothingIn(counts) : null);
    if (why === null) return;
    replaying.warn(why);
    replaying.raise(EXIT.INPUT);
  }
}
