// What an event comes to, behaviour by behaviour: contract sections 1 and 2. Every case is asked of the oracle too.
import { PLAIN_PRESETS, load, type Saltflat } from '../../build/host/index.js';
import { TIME, decode, disagreement } from '../oracle/agree.js';
import { collidingNames } from './collide.js';

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

const KEY = 'test_|-a_|-a_|-nop';
const STATES = `{"${KEY}":{"result":true}}`;
const JOB_TAG = 'salt/job/1/ret/m';
const RUN_TAG = 'salt/run/1/ret';

/** A `D` of a minion, with members in place of, or beside, the usual; undefined leaves one out. Values are JSON text. */
function data(members: Record<string, string | undefined> = {}): string {
  const all = { cmd: '"_return"', jid: '"1"', id: '"m"', fun: '"state.sls"', return: STATES, ...members };
  const pairs = Object.entries(all).filter(([, value]) => value !== undefined);
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** A `D` of a runner. */
function run(members: Record<string, string | undefined> = {}): string {
  return data({ cmd: undefined, id: undefined, fun: '"runner.state.orchestrate"', ...members });
}

function envelope(d: string, tag = JOB_TAG): string {
  return `{"data":${d},"tag":${JSON.stringify(tag)}}`;
}

/** The records through both presets, which agree with the oracle. */
function recordsOf(event: string | Uint8Array): Record<string, unknown>[] {
  for (const preset of PLAIN_PRESETS) expect(disagreement(module, event, preset)).toBeNull();
  return decode(module.call(event, { time: TIME }), 'flatten');
}

/** Records in short: what kind, of which state or value, from which minion and function. */
function brief(event: string | Uint8Array): string[] {
  return recordsOf(event).map((record) => {
    const of = 'fun_return' in record ? JSON.stringify(record['fun_return']) : String(record['state_id']);
    return `${String(record['event_type'])} ${of} ${String(record['minion_id'])} ${JSON.stringify(record['fun'])} ${JSON.stringify(record['fun_args'])}`;
  });
}

const ONE_STATE = ['state_return a m "state.sls" null'];

describe('a job return', () => {
  it.each([
    ['in an envelope, data first', envelope(data())],
    ['in an envelope, tag first', `{"tag":"${JOB_TAG}","data":${data()}}`],
    ['in an envelope without cmd', envelope(data({ cmd: undefined }))],
    ['in an envelope whose data has a failed state’s __run_num__', envelope(data({ __run_num__: '1' }))],
    ['in data without a tag', `{"data":${data()}}`],
    ['alone', data()],
    ['alone, without cmd', data({ cmd: undefined })],
    ['alone, beside a tag without data', data({ tag: '"salt/auth"' })],
    ['alone, beside data without a tag', data({ data: '{"x":1}' })],
    ['alone, beside log and message', data({ log: '"{"', message: '"{"' })],
    ['in log', JSON.stringify({ log: data() })],
    ['in message', JSON.stringify({ message: envelope(data()) })],
    ['in log, beside another message', JSON.stringify({ message: '{}', log: data() })],
    ['in message, beside a log that is no string', JSON.stringify({ message: data(), log: 1 })],
    ['in log, with CRLF behind it', JSON.stringify({ log: `${data()}\r\n` })],
    ['in log, behind a BOM', JSON.stringify({ log: `\ufeff${data()}` })],
    ['in log, behind its tag', JSON.stringify({ log: `${JOB_TAG}\t${data()}` })],
    ['in log, behind its tag and spaces', JSON.stringify({ log: `${JOB_TAG}\t \t${data()}\n` })],
    [
      'in log, every character escaped',
      `{"log":"${[...data()].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('')}"}`,
    ],
    ['behind its tag', `${JOB_TAG}\t${data()}`],
    ['behind a BOM', `\ufeff${envelope(data())}`],
    ['between blanks', ` \t\r\n${envelope(data())}\n\n`],
  ])('is recognised %s', (_, event) => {
    expect(brief(event)).toEqual(ONE_STATE);
  });

  it.each([
    ['whose tag is of a state’s progress', envelope(data(), 'salt/job/1/prog/m/0')],
    ['whose tag is of a failed state', envelope(data(), 'salt/job/1/sub/m/error/state.sls')],
    ['whose tag is a bare function', envelope(data(), 'cmd.run')],
    ['whose tag has an empty jid', envelope(data(), 'salt/job//ret/m')],
    ['whose tag has an empty id', envelope(data(), 'salt/job/1/ret/')],
    ['whose tag goes on behind the id', envelope(data(), 'salt/job/1/ret/m/x')],
    ['whose tag is only the end of one', envelope(data(), 'x/salt/job/1/ret/m')],
    ['whose tag is empty', envelope(data(), '')],
    ['of a runner’s tag but a minion’s function', envelope(data(), RUN_TAG)],
    ['without return', envelope(data({ return: undefined }))],
    ['without fun', envelope(data({ fun: undefined }))],
    ['without jid', envelope(data({ jid: undefined }))],
    ['without id', envelope(data({ id: undefined }))],
    ['alone, with another cmd', data({ cmd: '"_minion_event"' })],
    ['alone, with cmd null', data({ cmd: 'null' })],
    ['alone, without cmd, with __run_num__', data({ cmd: undefined, __run_num__: '3' })],
    ['alone, of a runner with cmd', run({ cmd: '"_return"' })],
    ['in log in log', JSON.stringify({ log: JSON.stringify({ log: data() }) })],
    ['in log beside data', JSON.stringify({ log: data(), data: 1 })],
    ['in another member', JSON.stringify({ text: data() })],
    ['in nothing but blanks in log', '{"log":" \\r\\n\\t"}'],
    ['in an empty object', '{}'],
    ['in data that is a list, of another event', '{"data":[],"tag":"salt/auth"}'],
    ['in data with a tag that is no string, without return', '{"data":{},"tag":1}'],
  ])('is nothing %s', (_, event) => {
    expect(module.call(event)).toBeNull();
    expect(brief(event)).toEqual([]);
  });
});

describe('functions', () => {
  const RUNS = [
    'sls',
    'highstate',
    'apply',
    'single',
    'sls_id',
    'top',
    'high',
    'low',
    'template',
    'template_str',
    'pkg',
  ];

  it.each(RUNS)('state.%s runs states: its failures are records', (name) => {
    expect(brief(data({ fun: `"state.${name}"`, return: '["failed"]' }))).toEqual([
      `fun_return ["failed"] m "state.${name}" null`,
    ]);
  });

  it.each([
    'state.show_sls',
    'state.running',
    'test.ping',
    'state.sls2',
    'state.',
    'xstate.sls',
    'runner.state.sls',
    '',
  ])('%j does not: its returns are no records', (name) => {
    expect(brief(data({ fun: JSON.stringify(name), return: '["failed"]' }))).toEqual([]);
  });

  it('of any name give state records where the return has their shape', () => {
    expect(brief(data({ fun: '"deploy.web"' }))).toEqual(['state_return a m "deploy.web" null']);
    expect(brief(data({ fun: '"deploy.web"', cmd: undefined }))).toEqual(['state_return a m "deploy.web" null']);
  });

  it.each(['null', 'true', '0', '""', '[]', '"text"', '{"a":1}', '{"a_|-b_|-c":{}}', `{"${KEY}":[]}`])(
    'that run states and return %s failed: one record',
    (value) => {
      expect(brief(data({ return: value }))).toEqual([`fun_return ${value} m "state.sls" null`]);
    },
  );

  it('that run states and return an empty object did nothing: no record', () => {
    expect(brief(data({ return: '{ }' }))).toEqual([]);
  });

  it('that return more than states leave the rest in one record after them', () => {
    const value = `{"x":1,"${KEY}":{},"test_|-b_|-b_|-nop":{},"y":"VALUE_TRIMMED"}`;
    const records = recordsOf(data({ return: value }));
    expect(records.map(({ event_type: type }) => type)).toEqual(['state_return', 'state_return', 'fun_return']);
    expect(records[2]).toMatchObject({ fun_return: { x: 1, y: 'VALUE_TRIMMED' }, trimmed: true });
  });

  it.each(['"VALUE_TRIMMED"', '"VALUE\\u005fTRIMMED"', `{"${KEY}":"VALUE_TRIMMED"}`])(
    'whose return Salt trimmed to %s say so, last',
    (value) => {
      const [record] = recordsOf(data({ return: value }));
      expect(Object.keys(record ?? {}).at(-1)).toBe('trimmed');
    },
  );
});

describe('several functions in one job', () => {
  const fun = '["test.ping","state.sls"]';
  const args = '[[],["web"]]';

  it('are returns of their own, in the order of fun', () => {
    const value = `{"state.sls":${STATES},"test.ping":${STATES}}`;
    expect(brief(data({ fun, fun_args: args, return: value }))).toEqual([
      'state_return a m "test.ping" []',
      'state_return a m "state.sls" ["web"]',
    ]);
  });

  it('that stand twice have one return, with their last arguments', () => {
    expect(
      brief(data({ fun: '["state.sls","test.ping","state.sls"]', fun_args: '[1,2,3]', return: '{"state.sls":"x"}' })),
    ).toEqual(['fun_return "x" m "state.sls" 3']);
  });

  it('that the job did not list come last, without arguments', () => {
    expect(
      brief(data({ fun: '["test.ping"]', fun_args: '[1]', return: `{"state.apply":"x","test.ping":${STATES}}` })),
    ).toEqual(['state_return a m "test.ping" 1', 'fun_return "x" m "state.apply" null']);
  });

  it.each(['null', '"web"', '{"a":1}', '[]'])('have no arguments where fun_args is %s', (value) => {
    expect(brief(data({ fun, fun_args: value, return: '{"state.sls":"x"}' }))).toEqual([
      'fun_return "x" m "state.sls" null',
    ]);
  });

  it('may return a list (multifunc_ordered)', () => {
    expect(brief(data({ fun: '["state.sls","state.sls"]', fun_args: '[1,2]', return: `["x",${STATES}]` }))).toEqual([
      'fun_return "x" m "state.sls" 1',
      'state_return a m "state.sls" 2',
    ]);
  });

  it('may fail as a whole: one record with all of them', () => {
    expect(brief(data({ fun, fun_args: args, return: '"no"' }))).toEqual([`fun_return "no" m ${fun} ${args}`]);
    expect(brief(data({ fun: '["test.ping"]', return: '"no"' }))).toEqual([]);
  });
});

describe('a runner', () => {
  it('that orchestrates gives the states under each master, which is the minion of its records', () => {
    expect(
      brief(
        envelope(
          run({ return: `{"data":{"x_master":${STATES},"y_master":["failed"]},"outputter":"highstate"}` }),
          RUN_TAG,
        ),
      ),
    ).toEqual([
      'state_return a x_master "runner.state.orchestrate" null',
      'fun_return ["failed"] y_master "runner.state.orchestrate" null',
    ]);
  });

  it('never gives the minions’ results nested in a step’s changes', () => {
    const step = `{"salt_|-x_|-x_|-state":{"changes":{"ret":{"m":${STATES}}}}}`;
    expect(brief(envelope(run({ return: `{"data":{"master":${step}}}` }), RUN_TAG))).toHaveLength(1);
  });

  it('without data but keyed by minion gives the states of each', () => {
    expect(
      brief(
        envelope(run({ fun: '"runner.state.orchestrate_single"', return: `{"master":${STATES},"x":"y"}` }), RUN_TAG),
      ),
    ).toEqual(['state_return a master "runner.state.orchestrate_single" null']);
  });

  it('is known without a tag, and without an id, by its function', () => {
    expect(brief(run({ return: `{"data":{"master":${STATES}}}` }))).toHaveLength(1);
    expect(brief(run({ fun: '"state.sls"' }))).toEqual([]);
  });

  it.each(['"exception"', '[1]', '{"outputter":"highstate"}'])(
    'that orchestrates and returns %s failed: no minion',
    (value) => {
      expect(brief(envelope(run({ return: value }), RUN_TAG))).toEqual([
        `fun_return ${value} null "runner.state.orchestrate" null`,
      ]);
    },
  );

  it('that looks up jobs gives nothing', () => {
    expect(
      brief(envelope(run({ fun: '"runner.jobs.active"', return: '{"1":{"Function":"state.sls"}}' }), RUN_TAG)),
    ).toEqual([]);
  });

  it('whose key comes a second and a third time counts the last', () => {
    const key = '"a_|-b_|-c_|-d"';
    const value = `{${key}:{},${key}:{},${key}:1,"m":${STATES}}`;
    expect(brief(envelope(run({ fun: '"runner.x.y"', return: value }), RUN_TAG))).toEqual([
      'state_return a m "runner.x.y" null',
    ]);
  });
});

describe('state.low', () => {
  it.each([
    ['its __id__', '{"result":true,"__id__":"i","name":"n"}', 'i'],
    ['its name', '{"result":true,"name":"n"}', 'n'],
    ['its name where __id__ is no string', '{"__id__":1,"result":true,"name":"n"}', 'n'],
    ['nothing', '{"result":true,"name":["n"]}', null],
  ])('with a bare result is one state, called by %s', (_, value, id) => {
    for (const fun of ['"state.low"', '"state\\u002elow"']) {
      const [record, ...more] = recordsOf(data({ fun, return: value }));
      expect(more).toEqual([]);
      expect(record).toMatchObject({ event_type: 'state_return', state_name: null, state_id: id, result: true });
    }
  });

  it('with states returns them as any other', () => {
    expect(brief(data({ fun: '"state.low"', return: `{"result":1,"${KEY}":{}}` }))).toEqual([
      'state_return a m "state.low" null',
      'fun_return {"result":1} m "state.low" null',
    ]);
  });
});

describe('a state record', () => {
  /** The one record of a state with these members. */
  function recordOf(state: string, key = KEY, more: Record<string, string> = {}): string {
    const event = data({ return: `{${JSON.stringify(key)}:${state}}`, ...more });
    expect(recordsOf(event)).toHaveLength(1);
    return new TextDecoder().decode(module.records(event)[0]);
  }
  const TAIL = ',"minion_id":"m","jid":"1","fun":"state.sls","fun_args":null,"event_type":"state_return"}';

  it.each([
    ['integers beyond 2^53', '{"n":123456789012345678901234567890,"m":-9007199254740993}'],
    ['fractions of zero', '{"duration":1.0,"x":-0.0,"y":1.50}'],
    ['numbers at the ends of doubles', '{"x":9e307,"y":-1E+307,"z":1e-400}'],
    ['escapes as they are spelled', '{"x":"\\u00e9\\u00E9\\/\\b\\ud83d\\ude00","y\\u0041":1}'],
    ['lone surrogates', '{"x":"\\ud800","\\udc00":"\\udc00\\ud800"}'],
    ['zeros', '{"x":"\\u0000"}'],
    ['characters beyond ASCII', '{"é":"😀\u2028\u007f"}'],
    ['the order of members, digits among them', '{"b":1,"7":2,"a":3,"1":4,"__proto__":{"x":1},"constructor":5}'],
    ['white space inside values', '{"a":[ 1 ,\t2 ],"b":{\r\n},"c":{ "d" : [ ] }}'],
    ['what is nested: duplicates, order, all', '{"changes":{"z":1,"a":2,"z":3,"jid":4},"x":[{"fun":1}]}'],
  ])('keeps %s', (_, state) => {
    // The members, byte for byte, and what the record adds.
    const members = state.slice(0, -1);
    expect(recordOf(state)).toBe(`${members},"state_name":"${KEY}","state_id":"a"${TAIL}`);
  });

  it('of an empty state has only what the event adds', () => {
    for (const state of ['{}', '{ \n}']) expect(recordOf(state)).toBe(`{"state_name":"${KEY}","state_id":"a"${TAIL}`);
  });

  it.each(['state_name', 'state_id', 'minion_id', 'jid', 'fun', 'fun_args', 'event_type'])(
    'has %s from the event, however the state spells its own',
    (name) => {
      const escaped = [...name].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('');
      for (const own of [name, escaped, `${escaped.slice(0, 6)}${name.slice(1)}`]) {
        for (const state of [`{"${own}":0,"x":1}`, `{"x":1,"${own}":{}}`, `{"${own}":0,"x":1,"${own}":[]}`]) {
          expect(recordOf(state)).toBe(`{"x":1,"state_name":"${KEY}","state_id":"a"${TAIL}`);
        }
        expect(recordOf(`{"${own}":0}`)).toBe(`{"state_name":"${KEY}","state_id":"a"${TAIL}`);
      }
    },
  );

  it('has the event’s _stamp over its own, and its own where the event has none', () => {
    expect(recordOf('{"_stamp":1}', KEY, { _stamp: '"s"' })).toBe(
      `{"state_name":"${KEY}","state_id":"a"${TAIL.slice(0, -1)},"_stamp":"s"}`,
    );
    expect(recordOf('{"_stamp":1}')).toBe(`{"_stamp":1,"state_name":"${KEY}","state_id":"a"${TAIL}`);
  });

  it('has the last of several members of one name, in the place of the first', () => {
    expect(recordOf('{"x":1,"y":2,"\\u0078":3}')).toBe(`{"x":3,"y":2,"state_name":"${KEY}","state_id":"a"${TAIL}`);
    expect(recordOf('{"__id__":"i","y":2,"__id__":"j"}')).toContain('"state_id":"j"');
    expect(recordOf('{"__id__":"i","y":2,"__id__":null}')).toContain('"state_id":"a"');
  });

  it.each([
    ['its __id__ as it is spelled', '{"__id__":"\\u0061\\/"}', KEY, '\\u0061\\/'],
    ['an empty __id__', '{"__id__":""}', KEY, ''],
    ['its __id__, with separators', '{"__id__":"a_|-b"}', 'cmd_|-a_|-b_|-c_|-run', 'a_|-b'],
    ['an __id__ in another spelling of the name', '{"\\u005f_id__":"i"}', KEY, 'i'],
    ['the second part of its key', '{"name":"n"}', 'cmd_|-the id_|-c_|-run', 'the id'],
    ['the second part, whatever follows', '{}', 'cmd_|-a_|-b_|-c_|-run', 'a'],
    ['an empty second part', '{}', '_|-_|-_|-', ''],
    ['the second part where __id__ is no string', '{"__id__":7}', KEY, 'a'],
    ['a second part of quotes and backslashes', '{}', 'cmd_|-say "\\hi"_|-c_|-run', 'say \\"\\\\hi\\"'],
    ['a second part with halves of separators', '{}', 'cmd_|-_|_-|-__|_|-c_|-run', '_|_-|-__|'],
  ])('is called by %s', (_, state, key, id) => {
    expect(recordOf(state, key)).toContain(`,"state_id":"${id}",`);
  });

  it('may spell the separators of its key in escapes', () => {
    const event = data({ return: '{"a\\u005f|-b_\\u007C-c_|\\u002dd":{}}' });
    expect(recordsOf(event)[0]).toMatchObject({ state_name: 'a_|-b_|-c_|-d', state_id: 'b' });
    expect(new TextDecoder().decode(module.records(event)[0])).toContain('"a\\u005f|-b_\\u007C-c_|\\u002dd"');
  });
});

describe('names are compared as JSON strings', () => {
  it.each(['data', 'tag', 'log', 'message', 'return', 'fun', 'jid', 'id', 'cmd', 'fun_args', '_stamp', '__run_num__'])(
    'an escaped %s is still one',
    (name) => {
      const escaped = `"${[...name].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('')}"`;
      const event = envelope(data({ fun_args: '[1]', _stamp: '"s"' }));
      const shapes = [
        event,
        data({ cmd: undefined, __run_num__: '1' }),
        JSON.stringify({ log: event }),
        JSON.stringify({ message: event }),
      ];
      for (const shape of shapes) {
        expect(recordsOf(shape.replaceAll(`"${name}"`, escaped))).toEqual(recordsOf(shape));
      }
    },
  );
});

describe('of members that stand twice the last counts', () => {
  it.each([
    ['tag', `{"tag":"x","data":${data()},"tag":"${JOB_TAG}"}`],
    ['data', `{"data":{"return":1},"tag":"${JOB_TAG}","data":${data()}}`],
    ['data, the first no object', `{"data":1,"tag":"${JOB_TAG}","data":${data()}}`],
    ['return', `{"return":{"x_|-y_|-z_|-q":{}},${data().slice(1)}`],
    ['fun', `{"fun":["test.ping"],${data().slice(1)}`],
    ['jid', `{"jid":1,${data().slice(1)}`],
    ['log', JSON.stringify({ log: data() }).replace('{', '{"log":"{",')],
    ['log, the first no string', JSON.stringify({ log: data() }).replace('{', '{"log":1,')],
  ])('%s', (_, event) => {
    expect(brief(event)).toEqual(ONE_STATE);
  });

  it.each([
    ['tag', `{"tag":"${JOB_TAG}","data":${data()},"tag":"x"}`],
    ['data', `{"data":${data()},"tag":"salt/auth","data":1}`],
    ['return', `${data().slice(0, -1)},"return":{}}`],
    ['log', `${JSON.stringify({ log: data() }).slice(0, -1)},"log":null}`],
    ['message', `${JSON.stringify({ message: data() }).slice(0, -1)},"message":{}}`],
    ['message, wrong as it is', '{"message":"no JSON","message":1}'],
  ])('%s, where the last is nothing', (_, event) => {
    expect(brief(event)).toEqual([]);
  });
});

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
    ['{"a":1}{"b":2}', 7],
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

  // Fluent Bit loses a record of 64 levels with all behind it in the chunk (test/agents/fluent-bit-hostile.test.ts).
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

describe('numbers that no double holds', () => {
  // Fluent Bit 5 takes them for invalid JSON, loses the event and may crash.
  const fits = (number: string): boolean =>
    recordsOf(data({ return: `{"${KEY}":{"x":${number}}}` }))[0]?.['event_type'] === 'state_return';

  it.each([
    '1e308',
    '-1e308',
    '1e400',
    '1E+400',
    '0.001e311',
    '1e99999999999999999999',
    `1${'0'.repeat(308)}`,
    `-9${'0'.repeat(400)}.5e1`,
  ])('make the event malformed: %.20s', (number) => expect(fits(number)).toBe(false));

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
