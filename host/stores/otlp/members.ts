// What spans need of a record of `flatten_ecs` (docs/ecs.md), read once.
import type { Kind } from '../../core/kinds.js';
import { type Members, isText, membersOf, readTime, textOf } from '../../core/salt.js';
import { type SpanContext, readTraceparent } from '../../core/trace.js';

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(isText) : []);
const numberOf = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Nanoseconds since 1970 of a time as the module writes it; null where it is none. */
function nsOf(time: unknown): bigint | null {
  const parts = isText(time) ? TIME.exec(time) : null;
  const ms = parts === null ? NaN : Date.parse(`${parts[1]}Z`);
  return parts === null || Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt((parts[2] ?? '').padEnd(9, '0'));
}

/**
 * When something happened by the minion's clock, in nanoseconds since 1970: all that masterless minions and job caches
 * tell.
 */
function clockNs(salt: Members): bigint | null {
  const ms = readTime({ jid: salt['jid'], start_time: membersOf(salt['extra'])['start_time'] });
  return ms === null ? null : BigInt(ms) * 1_000_000n;
}

/** One record, as far as a span tells of it. */
export interface Told {
  readonly kind: Kind;
  readonly isState: boolean;
  readonly isReturn: boolean;
  readonly jid: string | null;
  readonly minion: string | null;
  readonly fun: string | null;
  readonly args: readonly string[];
  /** As the record has it. */
  readonly stamp: string | null;
  readonly eventId: string;
  readonly traceId: string;
  readonly spanId: string;
  /** `event.action`: the state's function, or the job's. */
  readonly action: string;
  readonly outcome: string | null;
  /** When the return reached the master. */
  readonly createdNs: bigint | null;
  /** When it began, in UTC. Where that is not known, it ended as the return reached the master, or a clock tells. */
  readonly startNs: bigint | null;
  /** Of the state; of a `job_return` that of all its states. */
  readonly durationNs: bigint | null;
  readonly state: Members;
  readonly key: string | null;
  readonly parentKey: string | null;
  readonly causes: readonly string[];
  readonly changes: unknown;
  /** The job that a step of an orchestration started. */
  readonly startedJid: string | null;
  readonly summary: Members;
  readonly message: string | null;
  /** Salt's own span of this return. */
  readonly saltSpan: SpanContext | null;
  readonly labels: Members;
  /** The record as it left the module. */
  readonly record: Uint8Array;
}

/** Reads a record. */
export function readRecord(record: Uint8Array, kind: Kind): Told {
  const members = membersOf(JSON.parse(Buffer.from(record).toString()));
  const [salt, event] = [membersOf(members['salt']), membersOf(members['event'])];
  const state = membersOf(salt['state']);
  const type = salt['event_type'];
  const isState = type === 'state_return';
  const duration = numberOf(event['duration']);
  const durationNs = duration === null ? null : BigInt(Math.round(duration));
  const createdNs = nsOf(event['created']);
  return {
    kind,
    isState,
    isReturn: type === 'job_return',
    jid: textOf(salt['jid']),
    minion: textOf(salt['minion_id']),
    fun: textOf(salt['fun']),
    args: textsOf(salt['fun_args']),
    stamp: textOf(event['created']),
    eventId: textOf(event['id']) ?? '',
    traceId: textOf(membersOf(members['trace'])['id']) ?? '',
    spanId: textOf(membersOf(members['span'])['id']) ?? '',
    action: textOf(event['action']) ?? textOf(salt['fun']) ?? 'state',
    outcome: textOf(event['outcome']),
    createdNs,
    startNs: nsOf(event['start']) ?? (createdNs === null ? clockNs(salt) : createdNs - (durationNs ?? 0n)),
    durationNs,
    state,
    key: textOf(state['key']),
    parentKey: textOf(state['parent']),
    causes: textsOf(salt['caused_by']),
    changes: salt['changes'] ?? salt['changes_text'],
    startedJid: textOf(membersOf(salt['extra'])['__jid__']),
    summary: membersOf(salt['summary']),
    message: textOf(members['message']),
    saltSpan: readTraceparent(membersOf(salt['job'])['traceparent']),
    labels: membersOf(members['labels']),
    record,
  };
}
