// What bad input comes to, and input at a limit. Every case is asked of the oracle too.
import { collidingNames } from '../../support/module/collide.js';
import { JOB_TAG, KEY, RUN_TAG, brief, data, envelope, module, recordsOf, run } from '../../support/module/event.js';

describe('bad input', () => {
  /** The one malformed record, of both presets. */
  function errorOf(event: string | Uint8Array): string {
    const records = recordsOf(event);
    expect(records).toEqual([expect.objectContaining({ event_type: 'malformed' })]);
    return String(records[0]?.['error']);
  }

  it.each([
    ['', 0],
    [' \n', 2],
    ['[1]', 0],
    ['"text"', 0],
    ['  null', 2],
    ['{"a":1}x', 7],
    ['{"a":1}{"b":2', 13],
    ['{"a":01}', 5],
    ['{"a":1.}', 7],
    ['{"a":"\t"}', 6],
    ['{"a":"\\x"}', 7],
    ['{"a":tru}', 5],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":[1}', 7],
    ['{"a":"', 6],
    ['{"a":[', 6],
  ])('%j is named at its byte %i', (text, at) => {
    expect(errorOf(text)).toMatch(new RegExp(` at byte ${at}$`));
  });

  it.each([
    ['"log" that holds no JSON', '{"log":"Nov 22 sshd[1]: hi"}', 0],
    ['"log" that stops short', '{"log":"{\\"a\\":"}', 5],
    ['"message" with a list', '{"message":"[]"}', 0],
    ['"log" with a tag but no tab', '{"log":"t {}"}', 0],
  ])('%s is malformed, at a byte of the text', (_, event, at) => {
    expect(errorOf(event)).toMatch(new RegExp(` at byte ${at} of the text$`));
  });

  it.each([...'!$%&+-./:;=?@^_|~'])('nothing but a comma stands between two members of a state: no %s', (sign) => {
    const [before, behind] = data({ return: `{"${KEY}":{"name":"x", "result":true}}` }).split('", "result');
    for (const text of [`${before}"${sign} "result${behind}`, `${before}"${sign}"result${behind}`]) {
      errorOf(text);
      errorOf(JSON.stringify({ log: text }));
    }
  });

  it('a byte behind what is read as null is that of the event as it came', () => {
    const event = `{"fun":"state.sls","return":{"${KEY}":{"x":[NaN,-Infinity,1]}},"id":"m","jid":1,"cmd":"_return"}`;
    expect(errorOf(event)).toMatch(new RegExp(` at byte ${event.indexOf('1,"cmd"')}$`));
  });

  it.each([
    ['jid', data({ jid: '1' })],
    ['id', data({ id: 'null' })],
    ['fun', data({ fun: '{}' })],
    ['fun', data({ fun: '["state.sls",1]' })],
    ['jid', envelope(run({ jid: '[]' }), RUN_TAG)],
    ['jid', data({ jid: '1', fun: '"test.ping"', return: 'true' })],
    ['jid', data({ jid: '1', cmd: undefined })],
    ['tag', `{"data":${data()},"tag":1}`],
    ['data', `{"data":"x","tag":"${JOB_TAG}"}`],
    ['data', `{"data":[],"tag":"${RUN_TAG}"}`],
  ])('a %s of the wrong type in a job return is malformed: %s', (name, event) => {
    expect(errorOf(event)).toContain(name);
  });

  it.each([
    ['jid', data({ jid: '1', cmd: undefined, fun: '"test.ping"', return: 'true' })],
    ['fun', data({ fun: '{}', cmd: undefined })],
  ])('a %s of the wrong type in what may be no job return at all is not', (_, event) => {
    expect(brief(event)).toEqual([]);
  });

  it('shows the first 1024 bytes of the input, cut at a character', () => {
    for (const [text, shown] of [
      ['x'.repeat(1024), 1024],
      ['x'.repeat(1025), 1024],
      [`${'x'.repeat(1023)}é`, 1023],
      [`${'x'.repeat(1022)}éx`, 1023],
      [`${'x'.repeat(1021)}😀`, 1021],
      [`${'x'.repeat(1020)}😀x`, 1022],
    ] as const) {
      const [record] = recordsOf(text);
      expect(record?.['record']).toBe(text.slice(0, shown));
    }
  });

  it('is the same whether the event before it was good or bad', () => {
    const first = module.call('{"a":');
    module.call(envelope(data()));
    expect(module.call('{"a":')).toEqual(first);
  });
});

describe('bytes that are not UTF-8', () => {
  const at = (...bytes: number[]): Uint8Array => {
    const [before, after] = data({ return: `{"${KEY}":{"x":"<@>"}}` }).split('@');
    return Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
  };

  it.each([
    [[0x80], 1],
    [[0xff, 0xfe], 2],
    [[0xc0, 0x80], 2],
    [[0xe2, 0x82], 1],
    [[0xf0, 0x9f, 0x98], 1],
    [[0xed, 0xa0, 0x80], 3],
    [[0xf4, 0x90, 0x80, 0x80], 4],
    [[0xe2, 0x28, 0xa1], 2],
  ])('%j become U+FFFD, as browsers count them', (bytes, count) => {
    const [record] = recordsOf(at(...bytes));
    expect([...String(record?.['x'])].filter((char) => char === '\ufffd')).toHaveLength(count);
  });

  it('are malformed outside of strings', () => {
    const event = Buffer.concat([Buffer.from('{"a":'), Buffer.from([0xff]), Buffer.from('}')]);
    expect(recordsOf(event)).toEqual([expect.objectContaining({ event_type: 'malformed' })]);
  });
});

describe('nesting', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const fits = (event: string): boolean => recordsOf(event)[0]?.['event_type'] !== 'malformed';

  it.each([
    ['the root', (depth: number) => `{"x":${nested(depth - 1)}}`],
    ['an event without records', (depth: number) => `{"data":${nested(depth - 1)},"tag":"salt/auth"}`],
    ['a text', (depth: number) => JSON.stringify({ log: `{"x":${nested(depth - 1)}}` })],
  ])('of 512 levels is read in %s, and 513 are malformed', (_, event) => {
    expect(recordsOf(event(512))).toEqual([]);
    expect(fits(event(513))).toBe(false);
    expect(fits(event(100_000))).toBe(false);
  });

  // Fluent Bit loses a record of 64 levels with all behind it in the chunk
  // (test/systems/agents/fluent-bit-hostile.test.ts).
  it.each([
    ['a return', (depth: number) => data({ return: nested(depth - 1) })],
    ['arguments', (depth: number) => data({ return: '[]', fun_args: nested(depth - 1) })],
    ['a state', (depth: number) => envelope(data({ return: `{"${KEY}":{"changes":${nested(depth - 1)}}}` }))],
    ['what is no state', (depth: number) => data({ return: `{"${KEY}":{},"x":${nested(depth - 2)}}` })],
    ['a text', (depth: number) => JSON.stringify({ log: data({ return: `{"${KEY}":{"x":${nested(depth - 1)}}}` }) })],
  ])('of 32 levels leaves in a record of %s, and 33 are malformed', (_, event) => {
    expect(fits(event(32))).toBe(true);
    expect(fits(event(33))).toBe(false);
    expect(fits(event(500))).toBe(false);
  });
});

describe('numbers that no double holds, and what Python writes for none', () => {
  // Fluent Bit 5 takes them for invalid JSON, loses the event and may crash.
  const left = (number: string): unknown => recordsOf(data({ return: `{"${KEY}":{"x":[${number} , 1]}}` }))[0]?.['x'];
  const fits = (number: string): boolean => (left(number) as unknown[])[0] !== null;

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '1e308',
    '-1e308',
    '1e400',
    '1E+400',
    '0.001e311',
    '1e99999999999999999999',
    `1${'0'.repeat(308)}`,
    `-9${'0'.repeat(400)}.5e1`,
  ])('are read as null: %.20s', (number) => expect(left(number)).toEqual([null, 1]));

  it.each(['nan', '+Infinity', '-NaN', 'NaN1', 'Infinit', '--Infinity', '1e400e1'])(
    'have no other spelling: %s',
    (number) => {
      expect(recordsOf(data({ return: `{"${KEY}":{"x":${number}}}` }))[0]?.['event_type']).toBe('malformed');
    },
  );

  it.each([
    '9.99e307',
    '1e-400',
    '0e999',
    '0.0e400',
    '-0e400',
    `0.${'0'.repeat(400)}1e500`,
    `1${'0'.repeat(307)}`,
    `1${'0'.repeat(400)}e-200`,
    `0.${'1'.repeat(400)}`,
  ])('are told from large spellings of others: %.20s', (number) => expect(fits(number)).toBe(true));
});

describe('names that were chosen to collide', () => {
  it('are told apart all the same, the last of a name winning', () => {
    // Seven bytes each, made so that the first bits of their hashes agree for an event at nanosecond 0.
    const names = collidingNames(3000);
    const members = [...names, ...names.slice(0, 10)].map((name, index) => `${JSON.stringify(name)}:${index}`);
    const event = data({ return: `{"${KEY}":{},${members.join(',')}}` });
    const [, rest] = module.flatten(event, { time: { sec: 1, nsec: 0 } });
    const expected = Object.fromEntries(names.map((name, index) => [name, index < 10 ? 3000 + index : index]));
    expect(rest?.['fun_return']).toEqual(expected);
  });
});

describe('several records leave in one string', () => {
  const event = data({ return: `{"a_|-1_|-c_|-d":{},"a_|-2_|-c_|-d":{},"a_|-3_|-c_|-d":{}}` });
  const returned = (sec: number, nsec: number): string =>
    new TextDecoder().decode(module.call(event, { time: { sec, nsec } }) ?? undefined);

  it.each([
    [1764000000, 0, '1764000000'],
    [1764000000, 1, '1764000000.000000001'],
    [1764000000, 120_000_000, '1764000000.120000000'],
    [0, 999_999_999, '0.999999999'],
    [4294967295, 5, '4294967295.000000005'],
  ])('with the event’s time, %i s and %i ns, before all but the first', (sec, nsec, time) => {
    expect(returned(sec, nsec).match(/\]?\[[\d.]+,/g)).toEqual([`[${time},`, `][${time},`]);
    expect(returned(sec, nsec)).toMatch(/^\{"state_name":"a_\|-1.*\}\]$/);
  });

  it('as one object with a list through flatten_array', () => {
    const text = new TextDecoder().decode(module.call(event, { preset: 'flatten_array' }) ?? undefined);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['states']);
    expect((JSON.parse(text) as { states: unknown[] }).states).toHaveLength(3);
  });
});
