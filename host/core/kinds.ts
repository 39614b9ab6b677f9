// What a record is: each is exactly one kind.

/**
 * Each record is exactly one of these; `KIND_MEANINGS` defines them. Those behind `malformed` leave only where options
 * say so.
 */
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

/** What each kind means, in the words of the help. */
export const KIND_MEANINGS: Readonly<Record<Kind, string>> = {
  failed: 'the state has "result": false, or a state run gave no state results (a fun_return record)',
  changed: 'not failed, skipped or would change, and "changes" is not empty',
  unchanged: 'none of the others',
  skipped:
    'not failed, and Salt did not run it: "__state_ran__": false (requisites) or "skip_watch": true (onlyif, unless)',
  would_change: 'not skipped, and "result": null (test=True), with or without "changes"',
  malformed: 'the line is not a valid event; the record says why, and its file, line and byte',
  returned: 'what a function that is no state run returned (a fun_return record)',
  job_return: 'the summary of a job return ("summary": true)',
  passed: 'an event that is no job return ("other_events": "pass")',
};
