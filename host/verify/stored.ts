// The ids of a store in their order, with how often each is there: page by page, each page a search of its own, so that
// nothing is kept open at the server and any version will do.
import { OutputError } from '../core/error.js';
import type { StoreAnswer, StoreRequest } from '../stores/store.js';
import type { Layout } from './fields.js';

/** One id of a store. */
export interface Stored {
  readonly id: string;
  /** How many documents have it. */
  readonly copies: number;
  /** The indices that hold them, by name. */
  readonly indices: readonly string[];
  readonly jid: string | null;
  readonly minion: string | null;
  readonly fun: string | null;
  readonly state: string | null;
}

/** Documents a page. A store gives 10,000 at most. */
export const PAGE = 5000;

/**
 * So many jids are named in a search; beyond, all between the first and the last are looked at. A store takes 65,536.
 */
const MAX_TERMS = 1000;

/** Asks the store; tries again where that may help. */
export type Ask = (request: StoreRequest) => Promise<StoreAnswer>;

/** From (included) and to (excluded): ids, or anything that is sorted so; open where absent. */
export interface Span {
  readonly from?: string;
  readonly to?: string;
}

/** The jobs of the files. */
export interface Jobs {
  readonly jids: ReadonlySet<string>;
  /** Whether some records have no jid. */
  readonly hasNameless: boolean;
}

interface Hit {
  readonly _index: string;
  readonly sort: readonly [string];
  readonly fields?: Readonly<Record<string, readonly unknown[]>>;
}

function isHit(value: unknown): value is Hit {
  const { _index: index, sort, fields } = (value ?? {}) as Record<string, unknown>;
  const isOfFields = fields === undefined || (typeof fields === 'object' && fields !== null);
  return typeof index === 'string' && Array.isArray(sort) && typeof sort[0] === 'string' && isOfFields;
}

/** The part of a query that takes the documents of these jobs, and maybe more. */
export function jobFilter({ jids, hasNameless }: Jobs, { jid }: Layout): object {
  const sorted = [...jids].sort();
  const named =
    jids.size <= MAX_TERMS
      ? { terms: { [jid]: sorted } }
      : { range: { [jid]: { gte: sorted[0], lte: sorted[sorted.length - 1] } } };
  const nameless = { bool: { must_not: { exists: { field: jid } } } };
  return { bool: { should: [named, ...(hasNameless ? [nameless] : [])], minimum_should_match: 1 } };
}

/** Walks one index, pattern or data stream. */
export class Walker {
  readonly #index: string;
  readonly #ask: Ask;

  constructor(index: string, ask: Ask) {
    this.#index = encodeURIComponent(index);
    this.#ask = ask;
  }

  /** How many documents a query has. */
  async count(query: object): Promise<number> {
    const { body } = await this.#ask({ method: 'POST', path: `/${this.#index}/_count`, body: { query } });
    const count = (body as { count?: unknown } | null)?.count;
    if (typeof count !== 'number') throw this.#isNoAnswer();
    return count;
  }

  /** The ids within a span among the documents of `filter`, in their order. */
  async *walk(layout: Layout, filter: object, { from, to }: Span): AsyncGenerator<Stored> {
    const bounds = { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lt: to }) };
    const inSpan =
      from === undefined && to === undefined ? { exists: { field: layout.id } } : { range: { [layout.id]: bounds } };
    const query = { bool: { filter: [inSpan, filter] } };
    for (let after: string | undefined; ;) {
      const hits = await this.#page(layout, query, after);
      const isLast = hits.length < PAGE;
      const groups = groupsOf(hits);
      // The last id of a full page may go on behind it: it comes again, first of the next page.
      const complete = isLast ? groups : groups.slice(0, -1);
      for (const group of complete) yield storedOf(group, layout);
      if (isLast) return;
      if (complete.length === 0) {
        const [group] = groups;
        const copies = await this.count({ bool: { filter: [query, { term: { [layout.id]: group![0]!.sort[0] } }] } });
        yield { ...storedOf(group!, layout), copies };
      }
      after = (complete.at(-1) ?? groups[0]!)[0]!.sort[0];
    }
  }

  async #page(layout: Layout, query: object, after: string | undefined): Promise<readonly Hit[]> {
    const { body } = await this.#ask({
      method: 'POST',
      path: `/${this.#index}/_search`,
      body: {
        size: PAGE,
        track_total_hits: false,
        _source: false,
        docvalue_fields: [layout.jid, ...Object.values(layout.others)],
        query,
        sort: [{ [layout.id]: { order: 'asc', unmapped_type: 'keyword' } }],
        ...(after !== undefined && { search_after: [after] }),
      },
    });
    const hits = (body as { hits?: { hits?: unknown } | null } | null)?.hits?.hits;
    if (!Array.isArray(hits) || !hits.every(isHit)) throw this.#isNoAnswer();
    return hits;
  }

  #isNoAnswer(): OutputError {
    const index = decodeURIComponent(this.#index);
    return new OutputError(`${index}: the answer of the store is not one to a search`, 'BAD_ANSWER', index);
  }
}

/** Hits with one id, which stand together. */
function groupsOf(hits: readonly Hit[]): Hit[][] {
  const groups: Hit[][] = [];
  for (const hit of hits) {
    const last = groups.at(-1);
    if (last?.[0]?.sort[0] === hit.sort[0]) last.push(hit);
    else groups.push([hit]);
  }
  return groups;
}

function storedOf(hits: readonly Hit[], { jid, others }: Layout): Stored {
  const [{ fields = {}, sort }] = hits as readonly [Hit];
  const textOf = (field: string | undefined): string | null => {
    const value = field === undefined ? undefined : fields[field]?.[0];
    return typeof value === 'string' ? value : null;
  };
  return {
    id: sort[0],
    copies: hits.length,
    indices: [...new Set(hits.map(({ _index }) => _index))].sort(),
    jid: textOf(jid),
    minion: textOf(others.minion),
    fun: textOf(others.fun),
    state: textOf(others.state) ?? textOf(others.type),
  };
}
