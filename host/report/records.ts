// What a report needs of Salt's events beside records: which jobs were announced, and who returned.
import { noCounts } from '../core/counts.js';
import { Flattener, type SourceLine } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import { isRedacted } from '../core/redacted.js';
import { type Timed, isObject } from '../core/salt.js';
import { type Options, type SaltRecord, type Saltflat, load } from '../index.js';

/** Functions whose returns say nothing of states or of minions that are gone: Salt asks them by itself. */
const IGNORED = ['mine.*', 'saltutil.find_job', 'saltutil.is_running', 'saltutil.running'];

/** The longest members a report needs; comments are cut further. In bytes. */
const MAX_MEMBER = 32 * 1024;

/** A job return, as the report's own options have it. */
export interface Read {
  /** The records of the event, as the user's options leave them. */
  readonly records: Iterable<SaltRecord>;
  /** The kind of each record. */
  readonly kinds: readonly Kind[];
  /** Who returned in which job, as Salt names them. */
  readonly returns: readonly { readonly jid: string; readonly minion: string }[];
  /** The job that the event announces. */
  readonly announced: Announcement | null;
}

/** `salt/job/JID/new`. */
export interface Announcement {
  readonly jid: string;
  /** As the user's options let it be shown. */
  readonly shownJid: string;
  /** As Salt names them. */
  readonly minions: readonly string[];
  /** As the user's options let them be shown, in the same order. */
  readonly shown: readonly string[];
  readonly fun: string;
  /** What tells when. */
  readonly timed: Timed;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/**
 * Reads events with two instances of the module: one whose records are shown, with what the user's options say of
 * secrets, functions, states and sizes; and, where these mask secrets, one whose records are only compared.
 */
export class EventReader {
  readonly #saltflat: Saltflat;
  readonly #shown: Flattener;
  readonly #compared: Flattener;
  readonly #isReported = new Map<string, boolean>();

  private constructor(shown: Saltflat, compared: Saltflat) {
    this.#saltflat = shown;
    this.#shown = new Flattener(shown, 'flatten', noCounts());
    this.#compared = compared === shown ? this.#shown : new Flattener(compared, 'flatten', noCounts());
  }

  /** A reader with the user's options, which the module has judged. */
  static async load({ options }: Saltflat): Promise<EventReader> {
    const { functions, states, redact = false, max_bytes: max } = options;
    const { member = MAX_MEMBER, ...record } = max ?? {};
    const own: Options = {
      causes: true,
      returns: 'all',
      returns_ignore: IGNORED,
      other_events: 'pass',
      summary: true,
      id: true,
    };
    // Masks nothing, and lets events that came as text leave as objects.
    const off = { defaults: false, strings: false };
    const isMasked = isRedacted(options);
    const chosen = functions === undefined ? {} : { functions };
    const shown = await load({
      options: {
        ...{ ...own, ...chosen, redact: isMasked ? redact : off },
        ...{ max_bytes: { ...record, member: Math.min(member, MAX_MEMBER) } },
        ...(states === undefined ? {} : { states }),
      },
    });
    if (!isMasked) return new EventReader(shown, shown);
    // Summaries say that there was a return; its states are not needed.
    const compared = await load({ options: { ...own, ...chosen, redact: off, states: { exclude: ['*'] } } });
    return new EventReader(shown, compared);
  }

  /**
   * What `take` makes of one event. Where something throws, it is given what the `malformed` record says in its place.
   */
  read<T>(line: SourceLine, take: (read: Read) => T): T {
    return this.#shown.takeEach(line, (records, kinds) => {
      const isOne = this.#compared === this.#shown;
      const compared = isOne ? records : this.#compared.take(line, (each) => each);
      return take({ records, kinds, ...this.#readOf(records, compared) });
    });
  }

  #readOf(records: Iterable<SaltRecord>, compared: Iterable<SaltRecord>): Omit<Read, 'records' | 'kinds'> {
    const returns: { jid: string; minion: string }[] = [];
    let announced: Announcement | null = null;
    let at = 0;
    for (const record of compared) {
      const { event_type: type, jid, minion_id: minion } = record;
      const place = at++;
      if (type === undefined) announced = this.#announcement(record, [...records][place]);
      else if (typeof jid === 'string' && typeof minion === 'string' && type !== 'malformed') {
        const last = returns.at(-1);
        if (last?.jid !== jid || last.minion !== minion) returns.push({ jid, minion });
      }
    }
    return { returns, announced };
  }

  #announcement(event: SaltRecord, shownEvent: SaltRecord | undefined): Announcement | null {
    const { tag } = event;
    if (typeof tag !== 'string' || !/^salt\/job\/[^/]+\/new$/.test(tag)) return null;
    const data = isObject(event['data']) ? event['data'] : event;
    const shownData = isObject(shownEvent?.['data']) ? shownEvent['data'] : (shownEvent ?? {});
    const { jid, minions, fun, _stamp: stamp } = data;
    if (typeof jid !== 'string' || !Array.isArray(minions)) return null;
    const isShown = (Array.isArray(fun) ? fun : [fun]).some((each) => this.#isFunctionReported(each));
    if (!isShown) return null;
    const shownMinions = shownData['minions'];
    return {
      ...{
        jid,
        shownJid: textOf(shownData['jid'] ?? null),
        timed: { _stamp: stamp, jid },
        minions: minions.map(textOf),
      },
      fun: textOf(shownData['fun'] ?? null),
      shown: minions.map((_, at) => textOf(Array.isArray(shownMinions) ? shownMinions[at] : shownMinions)),
    };
  }

  /** Whether the module would give a record for a return of this function: it knows the globs. */
  #isFunctionReported(fun: unknown): boolean {
    if (typeof fun !== 'string') return false;
    let isReported = this.#isReported.get(fun);
    if (isReported === undefined) {
      if (this.#isReported.size >= 1000) this.#isReported.clear();
      const data = { fun, fun_args: [], id: 'x', jid: '20200101000000000000', return: 'x' };
      isReported = this.#saltflat.call(JSON.stringify({ tag: `salt/job/${data.jid}/ret/x`, data })) !== null;
      this.#isReported.set(fun, isReported);
    }
    return isReported;
  }
}
