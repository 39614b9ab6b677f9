// What a module with options makes of an event through `flatten_ecs`, each field checked.
import { type EcsRecord, load } from '../../../build/host/index.js';
import { ecsTexts } from '../../oracle/ecs-agree.js';
import type { Options } from '../../oracle/options.js';
import { job } from './jobs.js';

/** The records of an event, each of its fields checked. */
export async function ecsWith(options: Options, event: string): Promise<EcsRecord[]> {
  const module = await load({ options });
  return ecsTexts(module, event).map((text) => JSON.parse(text) as EcsRecord);
}

/** The one record of one state. */
export async function recordOf(
  state: object | string,
  options: Options = {},
  members: object = {},
): Promise<EcsRecord> {
  const text = typeof state === 'string' ? state : JSON.stringify(state);
  const event = job('state.sls', { 'file_|-a_|-/a_|-managed': 'HERE' }, members).replace('"HERE"', text);
  const records = await ecsWith(options, event);
  expect(records).toHaveLength(1);
  return records[0] ?? {};
}
