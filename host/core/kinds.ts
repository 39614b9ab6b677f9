// What a record is: each is exactly one kind.
import { isStateRun, isText } from './salt.js';

/** Each record is exactly one of these; `KIND_MEANINGS` defines them. Those behind `malformed` leave only where options say so. */
export const KINDS = [
  'failed',
  'changed',
  'unchanged',
  'skipped',
  'would_change',
  'malformed',
  'returned',
  'job_return',
  'passed',
] as const;
export type Kind = (typeof KINDS)[number];

/** What a record's own members say. `result` is anything that is no boolean and not null: `other`. */
export interface Facts {
  /** `passed`: it has none of the others. */
  eventType: 'state_return' | 'fun_return' | 'job_return' | 'malformed' | 'passed';
  result: 'true' | 'false' | 'null' | 'other';
  /** Whether `changes` is an object, an array or a string, and not an empty one. */
  hasChanges: boolean;
  /** Whether `__state_ran__` is false or `skip_watch` is true. */
  isSkipped: boolean;
  /** Of a `fun_return`: whether `fun` is a state run, or a list with one in it. */
  isStateRun: boolean;
}

/** What each kind means, in the words of the help. */
export const KIND_MEANINGS: Readonly<Record<Kind, string>> = {
  failed: 'the state has "result": false, or a state run gave no state results (a fun_return record)',
  changed: 'not failed, skipped or would change, and "changes" is not empty',
  unchanged: 'none of the others',
  skipped:
    'not failed, and Salt did not run it: "__state_ran__": false (requisites) or "skip_watch": true (onlyif, unless)',
  would_change: 'not skipped, "result": null (test=True), and "changes" is not empty',
  malformed: 'the line is no valid event; the record says why, and its file, line and byte',
  returned: 'what a function that is no state run returned (a fun_return record)',
  job_return: 'the summary of a job return ("summary": true)',
  passed: 'an event that is no job return ("other_events": "pass")',
};

/** The kind of a record. The order of the questions makes the kinds exclusive: a failed state that was not run is failed. */
export function kindOf(facts: Readonly<Facts>): Kind {
  switch (facts.eventType) {
    case 'fun_return':
      return facts.isStateRun ? 'failed' : 'returned';
    case 'state_return':
      break;
    default:
      return facts.eventType;
  }
  if (facts.result === 'false') return 'failed';
  if (facts.isSkipped) return 'skipped';
  if (!facts.hasChanges) return 'unchanged';
  return facts.result === 'null' ? 'would_change' : 'changed';
}

/** How the records that are read were written. */
export interface Writing {
  /** Whether by `flatten_ecs`. */
  readonly isEcs?: boolean;
  /** Whether with `"changes": "text"`. */
  readonly isChangesText?: boolean;
  /** Whether with `max_bytes`. Without it `truncated` is a state's own member. */
  readonly isLimited?: boolean;
}

/** Whether the JSON text of `changes` is an object, an array or a string, and not an empty one. The text may be cut. */
export function isTextOfChanges(text: string): boolean {
  return /^(?:\{\s*[^\s}]|\[\s*[^\s\]]|"[^"])/.test(text);
}

const EVENT_TYPES = ['state_return', 'fun_return', 'job_return', 'malformed'] as const;

/** A record's members, parsed. */
type Members = Readonly<Record<string, unknown>>;

/** Whether a parsed record of a state has changes. */
function hasChanges({ changes, truncated }: Members, { isChangesText, isLimited }: Writing): boolean {
  // `max_bytes` may have left nothing of changes that there were.
  if (isLimited === true && typeof truncated === 'object' && truncated !== null && Object.hasOwn(truncated, 'changes'))
    return true;
  if (isText(changes)) return isChangesText === true ? isTextOfChanges(changes) : changes !== '';
  return typeof changes === 'object' && Object.keys(changes ?? {}).length > 0;
}

/** The facts of a parsed record that was written in this way, as `FactReader` reads them from bytes. */
export function factsOf(record: Members, writing: Writing = {}): Facts {
  const { event_type: eventType, result } = record;
  return {
    eventType: EVENT_TYPES.find((type) => type === eventType) ?? 'passed',
    result: result === true ? 'true' : result === false ? 'false' : result === null ? 'null' : 'other',
    hasChanges: hasChanges(record, writing),
    isSkipped: record['__state_ran__'] === false || record['skip_watch'] === true,
    isStateRun: isStateRun(record['fun']),
  };
}
