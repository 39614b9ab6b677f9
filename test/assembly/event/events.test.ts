// What an event comes to, behaviour by behaviour: contract sections 1 and 2. Every case is asked of the oracle too.
import {
  JOB_TAG,
  KEY,
  ONE_STATE,
  RUN_TAG,
  STATES,
  brief,
  data,
  envelope,
  module,
  recordsOf,
  run,
} from '../../support/module/event.js';

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
    ...['sls', 'highstate', 'apply', 'test', 'request', 'run_request', 'single', 'sls_id', 'top', 'high', 'low'].map(
      (name) => `state.${name}`,
    ),
    ...['state.template', 'state.template_str', 'state.pkg', 'mgractionchains.start', 'transactional_update.single'],
    ...['transactional_update', 'chroot', 'dockermod', 'docker'].flatMap((module) =>
      ['apply', 'sls', 'highstate'].map((name) => `${module}.${name}`),
    ),
  ];

  it.each(RUNS)('%s runs states: its failures are records', (name) => {
    expect(brief(data({ fun: JSON.stringify(name), return: '["failed"]' }))).toEqual([
      `fun_return ["failed"] m "${name}" null`,
    ]);
  });

  it.each([
    'state.show_sls',
    'state.running',
    'chroot.single',
    'docker.call',
    'mgractionchains.resume',
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

  it.each(['runner.jobs.active', 'runner.jobs.lookup_jid', 'runner.salt.execute', 'runner.x.y'])(
    '%s only repeats what came in its own event: nothing',
    (name) => {
      for (const value of [`{"data":{"m":${STATES}}}`, `{"m":${STATES}}`, STATES])
        expect(brief(envelope(run({ fun: JSON.stringify(name), return: value }), RUN_TAG))).toEqual([]);
    },
  );

  it('whose key comes a second and a third time counts the last', () => {
    const key = '"a_|-b_|-c_|-d"';
    const value = `{${key}:{},${key}:{},${key}:1,"m":${STATES}}`;
    expect(brief(envelope(run({ fun: '"runner.state.orch"', return: value }), RUN_TAG))).toEqual([
      'state_return a m "runner.state.orch" null',
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
    const members = state.slice(0, -1).replace(/[\r\n]/g, ' '); // a record is one line
    expect(recordOf(state)).toBe(`${members},"state_name":"${KEY}","state_id":"a"${TAIL}`);
  });

  it.each([
    ['two second halves', '\udc00\udc00'],
    ['two first halves', '\udbff\ud800'],
    ['a second half before a first', '\udc01\udbff'],
  ])('has U+FFFD for each of %s of surrogate pairs in the text of a log', (_, halves) => {
    const event = data({ return: `{"${KEY}":{"comment":"HALVES"}}` });
    const log = JSON.stringify({ log: event.replace('HALVES', halves) });
    const [record] = module.records(new TextEncoder().encode(log));
    expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(record))).toMatchObject({
      comment: '\ufffd\ufffd',
    });
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
