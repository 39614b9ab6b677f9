// What a record is once it is parsed.
import type { Kind } from './kinds.js';

/** One record as it leaves, parsed. State records carry the state's own members too (contract section 2). */
export interface SaltRecord {
  /** Absent in an event that is no job return, which the option `other_events` lets pass. */
  readonly event_type?: 'state_return' | 'fun_return' | 'job_return' | 'malformed';
  readonly [member: string]: unknown;
}

/** One record of `flatten_ecs`, parsed; `docs/ecs.md` has all its members. */
export interface EcsRecord {
  /** Absent, like the rest, in an event that `other_events` lets pass. */
  readonly salt?: {
    readonly kind: EcsKind;
    readonly event_type: NonNullable<SaltRecord['event_type']>;
    readonly [member: string]: unknown;
  };
  readonly event?: { readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

/** What `salt.kind` says of a record. */
export type EcsKind = Exclude<Kind, 'passed'>;
