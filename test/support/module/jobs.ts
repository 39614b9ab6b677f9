// Small job returns for tests of the options, and what a module with options makes of them.
import { type SaltRecord, load } from '../../../build/host/index.js';
import type { Options } from '../../oracle/options.js';

export const JID = '20261122091947512388';
export const STAMP = '2026-11-22T09:19:49.076174+00:00';

/** A job return as the event file has it, compact; `members` over those of the `D`. */
export function job(fun: string | string[], returned: unknown, members: object = {}): string {
  const usual = { cmd: '_return', id: 'web-01', jid: JID, fun, fun_args: ['web'], return: returned, _stamp: STAMP };
  const data = { ...usual, ...members };
  // A tag cannot hold every name: such a `D` stands alone.
  if ([data.id, data.jid].some((name) => typeof name !== 'string' || !/^[^/]+$/.test(name)))
    return JSON.stringify(data);
  return JSON.stringify({ data, tag: `salt/job/${data.jid}/ret/${data.id}` });
}

/** A runner's return. */
export function run(fun: string, returned: unknown): string {
  return JSON.stringify({ data: { jid: JID, fun, fun_args: [], return: returned }, tag: `salt/run/${JID}/ret` });
}

/** State results of states with these ids. */
export function states(each: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(each).map(([id, state]) => [`test_|-${id}_|-${id}_|-nop`, state]));
}

const CHANGES = { mode: { old: '0644', new: '0600' } };

/** One state of each kind, and some that could be taken for another. */
export const KINDS = states({
  failed: { result: false, changes: {} },
  'failed with changes': { result: false, changes: CHANGES },
  'requisite failed': { result: false, changes: {}, __state_ran__: false },
  'skipped by a requisite': { result: true, changes: {}, __state_ran__: false },
  'skipped by unless': { result: true, changes: {}, skip_watch: true },
  'would change': { result: null, changes: CHANGES },
  'would do nothing': { result: null, changes: {} },
  changed: { result: true, changes: CHANGES },
  'changed, as text': { result: true, changes: 'installed' },
  'changed, as a list': { result: true, changes: ['installed'] },
  unchanged: { result: true, changes: {} },
  'unchanged, empty text': { result: true, changes: '' },
  'unchanged, null': { result: true, changes: null },
  'ran, and says so': { result: true, changes: CHANGES, __state_ran__: true, skip_watch: false },
});

/** The records that a module with these options makes of an event. */
export async function recordsWith(options: Options, event: string): Promise<SaltRecord[]> {
  return (await load({ options })).flatten(event);
}

/** The records as text, byte for byte. */
export async function textsWith(options: Options, event: string): Promise<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (await load({ options })).records(event).map((record) => decoder.decode(record));
}

/** A record in a word: the state's id, else what kind of record it is and of which function. */
export function brief({ state_id: id, event_type: type, fun }: SaltRecord): string {
  return typeof id === 'string' ? id : `${String(type)} of ${String(fun)}`;
}
