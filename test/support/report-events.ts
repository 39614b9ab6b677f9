// Events for reports: what a master writes, each a line.
import { state } from './command.js';

/** What differs from one job return to the next. */
export interface Return {
  readonly jid?: string;
  readonly minion?: string;
  readonly fun?: string;
  readonly args?: readonly unknown[];
  readonly stamp?: string;
  /** State results by name, or what else was returned. */
  readonly returned: unknown;
}

export const STAMP = '2026-11-22T09:19:48.957570+00:00';

/** A job return; without a tag, as engines send it, where a slash in a name would make the tag another one. */
export function returnLine({
  jid = '20261122091947512388',
  minion = 'web-01',
  fun = 'state.apply',
  args = [],
  stamp = STAMP,
  returned,
}: Return): string {
  const data = { cmd: '_return', fun, jid, id: minion, return: returned, fun_args: args, _stamp: stamp };
  const tag = `${jid}${minion}`.includes('/') ? undefined : `salt/job/${jid}/ret/${minion}`;
  return `${JSON.stringify({ tag, data })}\n`;
}

/** The announcement of a job. */
export function newLine(jid: string, minions: readonly string[], fun: unknown = 'state.apply', stamp = STAMP): string {
  const data = { jid, tgt_type: 'glob', tgt: '*', user: 'root', fun, arg: [], minions, missing: [], _stamp: stamp };
  return `${JSON.stringify({ tag: `salt/job/${jid}/new`, data })}\n`;
}

/** The result of one state, by its name. */
export function result(id: string, differs: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { [`file_|-${id}_|-${id}_|-managed`]: state({ name: id, __id__: id, __sls__: 'web', ...differs }) };
}

/** A failed one. */
export const failure = (id: string, comment = 'no', sls = 'web'): Record<string, unknown> =>
  result(id, { result: false, comment, __sls__: sls });
