// Hostile input through the real agent: what arrives, and what the agent itself changes in a record.
import { Agent, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { Harness, jobReturn, state } from '../../support/fluent-bit/events.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { until } from '../../support/program.js';

const stage = new Stage();
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.load();
});
afterEach(() => stage.clear());

/** An event that follows the hostile ones: the agent still lives when its record is there. */
const LAST = jobReturn('99999999999999999999', [state('last')]);

/** What leaves the agent for lines, up to the record of `LAST`. */
async function sent(
  binary: string,
  configuration: 'tcp' | 'json' | 'array-lua',
  lines: readonly (string | Buffer)[],
  ...changes: readonly (readonly [from: string, to: string])[]
): Promise<string[]> {
  const sink = stage.add(await LineSink.listen());
  const agent = stage.add(new Agent(binary));
  agent.configure(configuration, { TCP_PORT: sink.port }, ...changes);
  for (const line of [...lines, LAST]) {
    agent.write(line);
    agent.write('\n');
  }
  await agent.start();
  await until(
    () => sink.lines.some((line) => line.includes('"jid":"99999999999999999999"')) || !agent.isUp,
    'all arrive',
  );
  expect(agent.isUp).toBe(true);
  return sink.lines.slice(0, -1);
}

/** [as Salt writes it, as it leaves the agent] */
const NUMBERS = [
  ['0', '0'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['1.0', '1.0'],
  ['199.25', '199.25'],
  ['0.003', '0.003'],
  ['99.99', '99.98999999999999'], // 16 digits (%.16g): the nearest 64-bit number is another one
  ['0.30000000000000004', '0.3'],
  ['9007199254740993', '9007199254740993'],
  ['9223372036854775808', '9223372036854775808'],
  ['18446744073709551615', '18446744073709551615'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['18446744073709551616', '1.844674407370955e+19'],
  ['-9223372036854775809', '-9223372036854775808.0'],
  ['1.5e300', '1.5e+300'],
  ['1e-07', '1e-07'],
  ['1e+16', '10000000000000000.0'],
  ['1e5', '100000.0', '1'],
] as const;

const STRINGS = [
  ...['\\u0000', 'a\\u0000b', '\\u0001\\u001f', '\\b\\f\\n\\r\\t', '\\/', '\\\\', '\\"', '\\\\\\"', '\\u007f', '\x7f'],
  ...['\\u00e9', 'é', '\\ud83d\\ude00', '😀', '\u{10ffff}', '\\u2028', '\u2028', '\\uffff', '\uffff', '日本語'],
  ...['\\ud83d', '\\ude00', '\\ud83dx', '\\ude00\\ud83d', '}]', '[1,{\\"a\\":', '_|-', '<&>'],
];

/** Job returns whose second state, which leaves as a later root, has the same members as the first. */
const twice = (members: (at: number) => string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => jobReturn(`${at}`, [members(at), members(at)]));

const MALFORMED: readonly (string | Buffer)[] = [
  '{"data": {"return": {"a_|-b_|-c_|-d": {"result": true}}, "fun": "state.sls"',
  '{"data": {"cmd": "_return", "id": 7, "jid": "1", "fun": "state.sls", "return": {}}, "tag": "salt/job/1/ret/7"}',
  'not JSON at all',
  '[1, 2, 3]',
  '"text"',
  '{"a": 1}}',
  `{"data": ${'['.repeat(600)}${']'.repeat(600)}, "tag": "t"}`,
  jobReturn('3', ['"name": "tab\tinside"']),
  '{"data": {"return": "\\x"}}',
  `{"data": "${'x'.repeat(5000)}`,
];

/** Numbers that are none, or that the agent takes for infinite: they leave as null, and the job with them. */
const ODD_NUMBERS: readonly string[] = [
  jobReturn('1', [`"name": "n", "result": NaN`]),
  jobReturn('2', [`"name": "n", "result": Infinity`]),
  jobReturn('4', [`"name": "n", "x": 1e400`]),
  jobReturn('5', [state('a'), `"name": "n", "x": -1${'0'.repeat(400)}`]),
];

/** What tells records apart, whatever the order of their members. */
function briefly(text: string): string {
  const record = JSON.parse(text) as Record<string, unknown>;
  return [
    record['event_type'],
    record['jid'],
    record['name'],
    JSON.stringify(record['changes'])?.length,
    record['error'],
  ].join();
}

/** An object in an object, `depth` levels deep. */
const nested = (depth: number): string => '{"a": '.repeat(depth) + '{}' + '}'.repeat(depth);

describeEach('hostile events', (binary, version) => {
  it.each(['tcp', 'json'] as const)('%s.yaml: numbers keep 64-bit integers and 15 digits of floats', async (name) => {
    const lines = twice((at) => `"name": "${NUMBERS[at]![0]}", "n": ${NUMBERS[at]![0]}`, NUMBERS.length);
    const records = await sent(binary, name, lines);
    // 4.2 takes a number with an exponent, but no sign or point, for the integer before it. Python writes no such
    // number.
    const expected = NUMBERS.map(([, as, as42]) =>
      version === '4.2' && name === 'tcp' && as42 !== undefined ? as42 : as,
    );
    const numbers = records.map((record) => /"n":([^,]*)/.exec(record)?.[1]);
    expect(numbers).toEqual(expected.flatMap((number) => [number, number]));
  });

  it.each(['tcp', 'json'] as const)('%s.yaml: every string arrives, half a surrogate pair as U+FFFD', async (name) => {
    const lines = twice(
      (at) => `"name": "${STRINGS[at]}", "key ${STRINGS[at]}": {"${STRINGS[at]}": 1}`,
      STRINGS.length,
    );
    const records = await sent(binary, name, lines);
    expect(difference(records.map(canonical), harness.records(lines))).toBeNull();
  });

  it('malformed lines arrive as malformed records, between them everything else, and the agent stays up', async () => {
    const lines = [...MALFORMED, ...ODD_NUMBERS].flatMap((line, at) => [
      line,
      jobReturn(`${at}`, [state('a'), state('b')]),
    ]);
    const records = await sent(binary, 'tcp', lines);
    const expected = harness.records(lines as string[]);
    expect(expected.filter((record) => record.includes('"event_type":"malformed"')).length).toBe(MALFORMED.length);
    expect(difference(records.map(canonical), expected)).toBeNull();
  });

  it('bytes that are no UTF-8 do not cost the event', async () => {
    const [before, after] = jobReturn('1', ['"name": "|"', state('b')]).split('|"', 2) as [string, string];
    const line = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0xc3, 0x28, 0xff, 0xf0, 0x9f]),
      Buffer.from(`"${after}`),
    ]);
    const records = await sent(binary, 'tcp', [jobReturn('0', [state('a')]), line]);
    expect(records.length).toBe(3);
    expect(records.map((record) => (JSON.parse(record) as { name: string }).name).slice(1)).toEqual([
      expect.stringContaining('('),
      'b',
    ]);
  });

  // The agent's MessagePack reader has 64 levels, one of which is its own, and loses a chunk from the first deeper
  // record on; its outputs overrun their stack before that, from about 45 levels on (4.2, 5.0).
  it.each(['tcp', 'json', 'array-lua'] as const)(
    '%s.yaml: the deepest record that the module lets out arrives, and so does what is behind a deeper one',
    async (name) => {
      const deep = (levels: number): string =>
        jobReturn(`${levels}`, [`"name": "deep", "changes": ${nested(levels - 2)}`]);
      const depths = name === 'json' ? [32, 31] : [32, 33, 45, 64, 300, 32]; // the parser's own limit is the event's depth
      const lines = depths.flatMap((levels) => [deep(levels), jobReturn(`after ${levels}`, [state('a'), state('b')])]);
      const records = await sent(binary, name, lines);
      const expected = harness.records(lines);
      expect(expected.filter((record) => record.includes('"malformed"')).length).toBe(name === 'json' ? 0 : 4);
      expect(records.map(briefly).sort()).toEqual(expected.map(briefly).sort());
    },
  );

  it('a line longer than buffer_max_size arrives as one malformed record, the lines around it whole', async () => {
    const long = jobReturn(
      '2',
      Array.from({ length: 3000 }, (_, at) => state(`long-${at}`)),
    );
    const lines = [jobReturn('1', [state('before')]), long, jobReturn('3', [state('after'), state('after that')])];
    const records = await sent(
      binary,
      'tcp',
      lines,
      ['buffer_chunk_size: 1M', 'buffer_chunk_size: 32k'],
      ['buffer_max_size: 128M', 'buffer_max_size: 128k'],
    );
    const parsed = records.map((record) => JSON.parse(record) as Record<string, string>);
    expect(parsed.map((record) => record['name'] ?? record['event_type'])).toEqual([
      'before',
      'malformed',
      'after',
      'after that',
    ]);
    expect(long.startsWith(parsed[1]!['record']!)).toBe(true);
  });
});
