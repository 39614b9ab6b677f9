// What tests of events share: how one is put together, and what the module makes of it, the oracle agreeing.
import { PLAIN_PRESETS } from '../../../build/host/core/presets.js';
import { load, type Saltflat } from '../../../build/host/index.js';
import { TIME, decode, disagreement } from '../../oracle/agree.js';

/** The module; there from the first test on. */
export let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

export const KEY = 'test_|-a_|-a_|-nop';
export const STATES = `{"${KEY}":{"result":true}}`;
export const JOB_TAG = 'salt/job/1/ret/m';
export const RUN_TAG = 'salt/run/1/ret';

/**
 * A `D` of a minion, with members in place of, or beside, the usual; undefined leaves one out. Values are JSON text.
 */
export function data(members: Record<string, string | undefined> = {}): string {
  const all = { cmd: '"_return"', jid: '"1"', id: '"m"', fun: '"state.sls"', return: STATES, ...members };
  const pairs = Object.entries(all).filter(([, value]) => value !== undefined);
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** A `D` of a runner. */
export function run(members: Record<string, string | undefined> = {}): string {
  return data({ cmd: undefined, id: undefined, fun: '"runner.state.orchestrate"', ...members });
}

export function envelope(d: string, tag = JOB_TAG): string {
  return `{"data":${d},"tag":${JSON.stringify(tag)}}`;
}

/** The records through both presets, which agree with the oracle. */
export function recordsOf(event: string | Uint8Array): Record<string, unknown>[] {
  for (const preset of PLAIN_PRESETS) expect(disagreement(module, event, preset)).toBeNull();
  return decode(module.call(event, { time: TIME }), 'flatten');
}

/** Records in short: what kind, of which state or value, from which minion and function. */
export function brief(event: string | Uint8Array): string[] {
  return recordsOf(event).map((record) => {
    const of = 'fun_return' in record ? JSON.stringify(record['fun_return']) : String(record['state_id']);
    return `${String(record['event_type'])} ${of} ${String(record['minion_id'])} ${JSON.stringify(record['fun'])} ${JSON.stringify(record['fun_args'])}`;
  });
}

export const ONE_STATE = ['state_return a m "state.sls" null'];
