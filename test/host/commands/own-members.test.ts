// A state's own members are whatever its module wrote: none of them, of any type and at any place, ends a run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Flattener } from '../../../build/host/core/flattener.js';
import { type Preset, load } from '../../../build/host/index.js';
import { PRESETS } from '../../../build/host/core/module.js';
import { noCounts } from '../../../build/host/core/counts.js';
import { records, run, temporaryDirectory } from '../../support/command.js';

/** The names that the host or the module looks for in a record. */
const NAMES = [
  ...['result', 'changes', '__state_ran__', 'skip_watch', 'event_type', 'fun', 'truncated', 'trimmed', 'comment'],
  ...[
    'duration',
    'start_time',
    'name',
    '__id__',
    '__sls__',
    '__run_num__',
    'state_name',
    'state_id',
    'minion_id',
    'jid',
  ],
  ...['fun_args', 'fun_return', '_stamp', 'event_id', 'tag', 'data', 'salt', 'event', 'error', 'record', '@timestamp'],
  ...['file', 'line', 'byte', 'log', 'parent_state', 'states', '__proto__', 'constructor', 'toString'],
];
const VALUES = [
  '1',
  '-0.5e9',
  'true',
  'false',
  'null',
  '""',
  '"x\\"}"',
  '[]',
  '[[1],{"a":"]"}]',
  '{}',
  '{"changes":1}',
];
const OWN = ['"name":"n"', '"changes":{}', '"result":true', '"comment":"c"', '"duration":1.5'];

/** One event for each name, type and place, a state each. */
const EVENTS = NAMES.flatMap((name) =>
  VALUES.flatMap((value) =>
    [0, 2, OWN.length].map((place) => {
      const own = [...OWN.slice(0, place), `"${name}":${value}`, ...OWN.slice(place)].join(',');
      return (
        `{"data":{"cmd":"_return","id":"m","jid":"20261122091947512388","fun":"state.sls","fun_args":[],` +
        `"return":{"x_|-a_|-a_|-run":{${own}}}},"tag":"salt/job/20261122091947512388/ret/m"}`
      );
    }),
  ),
);

const OPTION_SETS = [
  '{}',
  '{"redact":true,"id":true,"max_bytes":{"record":8192}}',
  '{"changes":"text"}',
  '{"summary":true,"returns":"all","other_events":"pass"}',
];
const FOLDER = temporaryDirectory();
const INPUT = join(FOLDER, 'events.ndjson');
const options = (json: string): string => {
  const path = join(FOLDER, `${OPTION_SETS.indexOf(json)}.json`);
  writeFileSync(path, json);
  return path;
};
beforeAll(() => writeFileSync(INPUT, `${EVENTS.join('\n')}\n`));

describe.each(OPTION_SETS)("a state's own members, with the options %s", (json) => {
  const perEvent = json.includes('summary') ? 2 : 1;

  it.each(PRESETS)('never end replay with %s', async (preset) => {
    const { code, stdout, stderr } = await run(['replay', INPUT, '--preset', preset, '--options', options(json)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(' 0 malformed') as string });
    const lines = records(stdout);
    const count = preset === 'flatten_array' ? lines.flatMap(({ states }) => states as unknown[]).length : lines.length;
    expect(count).toBe(EVENTS.length * perEvent);
  });

  it.each(['show', 'report'])('never end %s', async (command) => {
    expect(await run([command, INPUT, '--options', options(json)])).toMatchObject({ code: 0 });
  });
});

describe('an exception on one event', () => {
  it.each(PRESETS)(
    'gives a malformed record with its place, and the next event follows (%s)',
    async (preset: Preset) => {
      const saltflat = await load();
      const call = saltflat.call.bind(saltflat);
      saltflat.call = (event, settings) => {
        if (event.length === 2) throw new RangeError('out of anything');
        return call(event, settings);
      };
      const counts = noCounts();
      const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
      const line = (text: string, number: number, offset: number) => {
        const end = offset + text.length;
        return { bytes: bytes(text), number, offset, end, isTooLong: false, file: 'f' };
      };
      const lines = [line(EVENTS[0]!, 1, 0), line('{}', 2, 900), line(EVENTS[1]!, 3, 903)];
      const output = Array.from(new Flattener(saltflat, preset, counts).records(lines), (record) =>
        Buffer.from(record).toString(),
      );
      expect(output).toHaveLength(3);
      for (const record of output) JSON.parse(record);
      expect(output[1]).toContain('internal error: RangeError: out of anything');
      expect(output[1]).toMatch(/"line":2\b.*900/);
      expect(counts).toMatchObject({ events: 3, records: 3, malformed: 1 });
    },
  );
});
