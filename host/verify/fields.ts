// Which fields of a store hold what: records of `flatten_ecs` and plain ones, mapped by a template or by the store
// itself.
import { OutputError } from '../core/error.js';
import type { StoreRequest } from '../stores/store.js';

/** What is looked at in a document. */
const ECS = {
  id: 'event.id',
  jid: 'salt.jid',
  minion: 'salt.minion_id',
  fun: 'salt.fun',
  state: 'salt.state.key',
  type: 'salt.event_type',
} as const;
const PLAIN = {
  id: 'event_id',
  jid: 'jid',
  minion: 'minion_id',
  fun: 'fun',
  state: 'state_name',
  type: 'event_type',
} as const;

type Part = keyof typeof ECS;

/** The fields of one form of records, as they can be searched and sorted by. */
export interface Layout {
  readonly id: string;
  readonly jid: string;
  /** The others, where they can be read so. */
  readonly others: Readonly<Partial<Record<Part, string>>>;
}

/** What `_field_caps` says: field, type, what can be done with it. */
type FieldCaps = Readonly<Record<string, Readonly<Record<string, { readonly aggregatable?: boolean } | null>>>>;

/** The request that `readLayouts` reads the answer of. */
export function layoutRequest(index: string): StoreRequest {
  const names = [ECS, PLAIN].flatMap((fields) => Object.values(fields)).flatMap((name) => [name, `${name}.keyword`]);
  return { method: 'POST', path: `/${encodeURIComponent(index)}/_field_caps`, query: { fields: names.join(',') } };
}

/** The name under which a field can be sorted by; null where there is none; undefined where the field is absent. */
function sortable(fields: FieldCaps, name: string): string | null | undefined {
  for (const spelt of [name, `${name}.keyword`]) {
    const types = Object.values(fields[spelt] ?? {});
    if (types.length > 0 && types.every((caps) => caps?.aggregatable === true)) return spelt;
  }
  return fields[name] === undefined ? undefined : null;
}

/**
 * The forms of records that a store has documents of; none where it has no record. Throws an `OutputError` where its
 * records have no ids, or ids of a type that cannot be looked up.
 */
export function readLayouts(body: unknown, name: string): Layout[] {
  const fields = ((body as { fields?: FieldCaps } | null)?.fields ?? {}) satisfies FieldCaps;
  const layouts: Layout[] = [];
  const nameless: string[] = [];
  for (const each of [ECS, PLAIN]) {
    const found = (Object.keys(each) as Part[]).map((part) => [part, sortable(fields, each[part])] as const);
    const { id, jid, ...others } = Object.fromEntries(found) as Record<Part, string | null | undefined>;
    if (id === undefined) {
      if (jid !== undefined) nameless.push(each.id);
      continue;
    }
    if (typeof id !== 'string' || typeof jid !== 'string') {
      const field = typeof id === 'string' ? each.jid : each.id;
      const advice = 'send the records again into an index with a mapping (examples/opensearch has one)';
      throw new OutputError(
        `${name}: ${field} is not a keyword there, so nothing can be looked up; ${advice}`,
        'NO_KEYWORD',
        name,
      );
    }
    const readable = Object.entries(others).filter(([, field]) => typeof field === 'string');
    layouts.push({ id, jid, others: Object.fromEntries(readable) });
  }
  if (layouts.length === 0 && nameless.length > 0) {
    const advice = 'send the records again with "id": true, by an agent that leaves the id in them';
    throw new OutputError(
      `${name}: the documents there have no ${nameless.join(' or ')}, so nothing can be looked up; ${advice}`,
      'NO_ID',
      name,
    );
  }
  return layouts;
}
