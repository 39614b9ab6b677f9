// Where the module says the records of a call lie, and of which kind it says they are, against the records themselves.
import { readFileSync } from 'node:fs';
import { type ModuleExports, callFilter, instantiateModule, placeFilter } from '../../../build/host/core/module.js';
import { PRESETS, type Preset } from '../../../build/host/core/presets.js';
import { type SaltRecord, MODULE_PATH } from '../../../build/host/index.js';
import { FIXTURE, eventLine, state } from '../../support/command.js';
import { OPTION_SETS } from '../../support/module/option-sets.js';

const TIME = { sec: 1_700_000_000, nsec: 5 };
const bytes = readFileSync(MODULE_PATH);
const start = (options: object): Promise<ModuleExports> =>
  instantiateModule(bytes, new TextEncoder().encode(JSON.stringify(options)));

const isFilled = (value: unknown): boolean =>
  typeof value === 'string' ? value !== '' : typeof value === 'object' && Object.keys(value ?? {}).length > 0;

/** What a record's members say of its kind. A record that lost its state's own members to `max_bytes` says nothing. */
function kindIn(record: SaltRecord): string {
  const salt = record['salt'] as { kind: string } | undefined;
  if (salt !== undefined) return salt.kind;
  const { event_type: type, fun, result, changes, truncated } = record;
  if (type === 'fun_return')
    return [fun].flat().some((name) => /^(runner\.)?state\.(apply|sls|highstate|orch|low|single)/.test(String(name)))
      ? 'failed'
      : 'returned';
  if (type !== 'state_return') return typeof type === 'string' ? type : 'passed';
  const text = typeof changes === 'string' && /^[[{"]/.test(changes) ? (JSON.parse(changes) as unknown) : changes;
  const hasChanges = isFilled(text) || Object.hasOwn(Object(truncated) as object, 'changes');
  if (result === false) return 'failed';
  if (record['__state_ran__'] === false || record['skip_watch'] === true) return 'skipped';
  if (result === null) return 'would_change';
  return hasChanges ? 'changed' : 'unchanged';
}

const EVENTS = [
  ...readFileSync(FIXTURE, 'utf8').split('\n'),
  eventLine('1', [
    state(),
    state({ result: false }),
    state({ result: null, changes: { a: 1 } }),
    state({ skip_watch: true, changes: { a: 1 } }),
    state({ __state_ran__: false, result: false }),
    state({ changes: { diff: 'x'.repeat(20_000) } }),
  ]),
  eventLine('2', [state({ name: 'HERE' }), state({ result: false })]).replace('HERE', '\u0007'),
  '{"tag":"salt/auth","data":{"act":"accept"}}',
  'salt/auth\t{"act":"accept"}',
  '[]',
];

/** The records and kinds that a call tells of; fails where the bytes are not those of a module that was never asked. */
function placed(
  asked: ModuleExports,
  unasked: ModuleExports,
  preset: Preset,
  line: Uint8Array,
): [SaltRecord, string][] {
  const output = placeFilter(asked, preset, line, TIME);
  const plain = callFilter(unasked, preset, line, TIME);
  expect(Buffer.from(output?.bytes ?? []).equals(plain ?? Buffer.alloc(0))).toBe(true);
  if (output === null) return [];
  const { places } = output;
  return Array.from({ length: places.count }, (_, index) => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      output.bytes.subarray(places.start(index), places.end(index)),
    );
    return [JSON.parse(text) as SaltRecord, places.kind(index)];
  });
}

/** The records in a call's bytes, as JSON has them. */
function recordsOf(output: Uint8Array, preset: Preset): SaltRecord[] {
  const text = new TextDecoder().decode(output);
  if (preset === 'flatten_array') return (JSON.parse(text) as { states: SaltRecord[] }).states;
  const first = text.indexOf('[1700000000.000000005,');
  if (first < 0) return [JSON.parse(text) as SaltRecord];
  const rest = JSON.parse(`[${text.slice(first).replaceAll('][1700000000.', '],[1700000000.')}]`) as [
    number,
    SaltRecord,
  ][];
  return [JSON.parse(text.slice(0, first)) as SaltRecord, ...rest.map(([, record]) => record)];
}

const SETS = ['no options', 'everything there is', 'text for both', 'secrets masked', 'short records'];

describe.each(SETS)('with %s', (name) => {
  const options = OPTION_SETS[name]!;

  it.each(PRESETS)('%s tells where each record lies, and its kind', async (preset) => {
    const [asked, unasked] = [await start(options), await start(options)];
    for (const event of EVENTS) {
      const line = Buffer.from(event);
      const found = placed(asked, unasked, preset, line);
      const output = callFilter(unasked, preset, line, TIME);
      expect(found.map(([record]) => record)).toEqual(output === null ? [] : recordsOf(output, preset));
      for (const [record, kind] of found) expect(kind).toBe(kindIn(record));
    }
  });
});

it('tells of records whose bytes were repaired', async () => {
  const [asked, unasked] = [await start({}), await start({})];
  const event = eventLine('1', [state({ name: 'A' }), state({ name: 'B', result: false })]);
  const line = Buffer.from(event.replace('"A"', '"\u00ff\u00e2\u0082A"').replace('"B"', '"\u00ffB"'), 'latin1');
  expect(placed(asked, unasked, 'flatten', line).map(([{ name }, kind]) => [name, kind])).toEqual([
    ['\ufffd\ufffdA', 'unchanged'],
    ['\ufffdB', 'failed'],
  ]);
});

it('tells the kind of a record that keeps nothing of its state', async () => {
  const own = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`m${index}`, 'x'.repeat(99)]));
  const options = { max_bytes: { record: 8192 } };
  const [asked, unasked] = [await start(options), await start(options)];
  const line = Buffer.from(eventLine('1', [state({ ...own, result: false })]));
  expect(placed(asked, unasked, 'flatten', line).map(([record, kind]) => [record['result'], kind])).toEqual([
    [undefined, 'failed'],
  ]);
});
