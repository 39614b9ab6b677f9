// A state's own members are whatever its module wrote: none of them, of any type and at any place, ends a run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Flattener } from '../../../build/host/core/flattener.js';
import { type FilterFunction, instantiateModule } from '../../../build/host/core/module.js';
import { Saltflat } from '../../../build/host/core/saltflat.js';
import { MODULE_PATH, PRESETS, type Preset } from '../../../build/host/index.js';
import { noCounts } from '../../../build/host/core/counts.js';
import { type Run, records, run, temporaryDirectory } from '../../support/command.js';
import { FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

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
  ...['trace_id', 'span_id', 'trace', 'span'],
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
      const exports = await instantiateModule(readFileSync(MODULE_PATH));
      const filter: FilterFunction = (tag, tagLen, sec, nsec, record, recordLen) => {
        if (recordLen === 2) throw new RangeError('out of anything');
        return exports[preset](tag, tagLen, sec, nsec, record, recordLen);
      };
      const saltflat = new Saltflat({ ...exports, [preset]: filter });
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

/** Has the module fail on events that hold `FAILING`: loaded into the command before anything else. */
const FAILING = 'this one fails';
const PRELOAD = join(FOLDER, 'failing.mjs');
const preload = (error: string): string => `
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    const { exports } = instance;
    const flatten = (tag, tagLen, sec, nsec, record, recordLen) => {
      const text = new TextDecoder().decode(new Uint8Array(exports.memory.buffer, record, recordLen));
      if (text.includes(${JSON.stringify(FAILING)})) throw ${error};
      return exports.flatten(tag, tagLen, sec, nsec, record, recordLen);
    };
    return { exports: { ...exports, flatten } };
  };`;
const failing = (args: readonly string[]): Promise<Run> =>
  run(args, '', { NODE_OPTIONS: `--import ${pathToFileURL(PRELOAD).href}` });

describe.each(["new RangeError('out of anything')", "new WebAssembly.RuntimeError('out of anything')"])(
  'where the module throws %s on one event',
  (error) => {
    const message = `internal error: ${/\w+Error/.exec(error)![0]}: out of anything`;
    const input = join(FOLDER, 'failing.ndjson');
    beforeAll(() => {
      writeFileSync(PRELOAD, preload(error));
      writeFileSync(input, `${[EVENTS[0]!, EVENTS[0]!.replace('"c"', `"${FAILING}"`), EVENTS[1]!].join('\n')}\n`);
    });
    afterEach(closeFakes);

    it('replay gives a malformed record with its place, and goes on', async () => {
      const { code, stdout } = await failing(['replay', input]);
      expect(code).toBe(0);
      expect(records(stdout)).toMatchObject([
        { event_type: 'state_return' },
        { event_type: 'malformed', error: message, file: input, line: 2, byte: EVENTS[0]!.length + 1 },
        { event_type: 'state_return' },
      ]);
    });

    it('show shows it with its place, and goes on', async () => {
      const { code, stdout } = await failing(['show', input]);
      expect(code).toBe(0);
      const lines = stdout.split('\n');
      expect(lines[1]).toContain(`malformed`);
      expect(lines[1]).toContain(`${input}:2: ${message}`);
      expect(lines.at(-2)).toContain('3 events, 2 job returns, 3 records: ');
    });

    it.each([[[]], [['--options', options(OPTION_SETS[1]!)]]])('report counts it (%j)', async (args) => {
      const { code, stdout } = await failing(['report', input, '--format', 'json', ...args]);
      expect({ code, report: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 0,
        report: { events: 3, job_returns: 2, malformed: 1, states: { total: 2 } },
      });
    });

    it('verify leaves it out, and says so', async () => {
      const keyword = { keyword: { aggregatable: true } };
      const fake = await FakeStore.listen({
        other: ({ path }) => {
          const body = path.includes('_field_caps') ? { fields: { event_id: keyword, jid: keyword } } : { count: 0 };
          return { status: 200, body: path.includes('_search') ? { hits: { hits: [] } } : body };
        },
      });
      const { code, stdout } = await failing(['verify', input, '--in', `opensearch://${fake.host}/salt`]);
      expect(code).toBe(1);
      expect(stdout).toContain('1 malformed line left out');
      expect(stdout).toMatch(/: different: 1 record of 3 events in 1 file: 0 there, 1 missing/);
    });
  },
);
