// What agents are fed in tests, and the records that the harness says come of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadSettings, type Options, type Preset, type Saltflat, load } from '../../../build/host/index.js';
import { canonical } from './canonical.js';

/** The real events of a Salt 3008.3 master, and those of a masterless minion. */
export const MASTER_EVENTS = readFileSync(join(process.cwd(), 'examples/events/salt-3008.3-events.ndjson'), 'utf8');
export const MASTERLESS_EVENTS = readFileSync(
  join(process.cwd(), 'examples/events/salt-3008.3-masterless.ndjson'),
  'utf8',
);

/** The lines of NDJSON. */
export const linesOf = (ndjson: string): string[] => ndjson.split('\n').filter((line) => line !== '');

/** One job return as Salt writes it. `states`: the JSON text of each state's members, in braces or not. */
export function jobReturn(jid: string, states: readonly string[], minion = 'web-01'): string {
  const results = states.map((members, at) => `"test_|-${at}_|-${at}_|-nop": {${members}}`);
  return (
    `{"data": {"cmd": "_return", "id": "${minion}", "jid": "${jid}", "fun": "state.sls", "fun_args": ["web"], ` +
    `"return": {${results.join(', ')}}, "_stamp": "2026-11-22T09:19:49.076174+00:00"}, ` +
    `"tag": "salt/job/${jid}/ret/${minion}"}`
  );
}

/** The members of an ordinary state. */
export const state = (name: string): string =>
  `"name": "${name}", "changes": {"new": "${name}"}, "result": true, "comment": "Success!", "__run_num__": 1, ` +
  `"start_time": "09:19:48.350511", "duration": 199.25, "__id__": "${name}"`;

/** Every option with a value that is not its default. */
export const ALL_OPTIONS: Options = {
  only: 'notable',
  functions: { exclude: ['test.*'] },
  states: { exclude: ['nothing*'] },
  returns: 'all',
  other_events: 'pass',
  summary: true,
  job_members: ['success', 'retcode'],
  add: { site: 'north' },
  changes: 'text',
  fun_args: 'text',
  id: true,
  redact: { members: ['site_*'], diffs: 'hash' },
  max_bytes: { member: 1024, record: 8192 },
};

/** The harness: what the module itself gives for events, each record in one spelling. */
export class Harness {
  readonly #saltflat: Saltflat;
  readonly #preset: Preset;

  private constructor(saltflat: Saltflat, preset: Preset) {
    this.#saltflat = saltflat;
    this.#preset = preset;
  }

  /** With the content of `saltflat.json`, or without it; `flatten` unless told. */
  static async load(options?: LoadSettings['options'], preset: Preset = 'flatten'): Promise<Harness> {
    return new Harness(await load(options === undefined ? {} : { options }), preset);
  }

  /** The records of lines as an agent without a parser hands them over: as text in `log`. */
  records(lines: readonly string[]): string[] {
    return lines.flatMap((line) => this.#records(JSON.stringify({ log: line })));
  }

  /** The records of events that are handed over as they are. */
  recordsOf(events: readonly string[]): string[] {
    return events.flatMap((event) => this.#records(event));
  }

  #records(event: string): string[] {
    return this.#saltflat
      .records(event, { preset: this.#preset })
      .map((record) => canonical(Buffer.from(record).toString()));
  }
}
