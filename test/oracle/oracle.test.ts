// The oracle alone, against what is written down: the golden files, and of some the members that matter, with options.
// It holds whether the module follows or not.
import { readFileSync, readdirSync } from 'node:fs';
import type { CallOptions } from '../../build/host/index.js';
import { disagreement } from './agree.js';
import { eventId, spanId, traceId } from './id.js';
import { type JsonObject, oracle } from './oracle.js';
import type { Options } from './options.js';

const FOLDER = new URL('../fixtures/', import.meta.url);
const ENDING = '.expected.ndjson';
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length));

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8').trimEnd();
}

/** What leaves for a fixture, records as values and others by their kind. */
function leaving(name: string, options: Options = {}): JsonObject[] {
  return oracle(Buffer.from(read(`${name}.json`)), options).map((outcome) =>
    outcome.kind === 'record' ? outcome.record : { event_type: outcome.kind },
  );
}

/** A golden file's records as the module would return them. */
function golden(name: string): { call: (event: Uint8Array, options: CallOptions) => Uint8Array | null } {
  const records = read(`${name}${ENDING}`).split('\n').filter(Boolean);
  const [first, ...more] = records;
  return {
    call: (_, { preset }) => {
      if (first === undefined) return null;
      if (preset === 'flatten_array') return Buffer.from(`{"states":[${records.join()}]}`);
      return Buffer.from(first + more.map((record) => `[1764000000.123456789,${record}]`).join(''));
    },
  };
}

it.each(NAMES)('has the golden records of %s', (name) => {
  const event = read(`${name}.json`);
  expect(disagreement(golden(name), event)).toBeNull();
  expect(disagreement(golden(name), event, 'flatten_array')).toBeNull();
});

it('tells another record from the golden one', () => {
  const { call } = golden('state-single');
  const changed = (...given: Parameters<typeof call>): Uint8Array =>
    Buffer.from(new TextDecoder().decode(call(...given) ?? undefined).replace('true', 'false'));
  expect(disagreement({ call: changed }, read('state-single.json'))).not.toBeNull();
});

describe('with options', () => {
  it.each<[string, Options, object[]]>([
    [
      'would-change-without-changes',
      { only: 'changed', summary: true },
      [
        { state_id: 'deploy', result: null },
        { state_id: 'reload', result: null },
        { event_type: 'job_return', would_change: 2, succeeded: 0, changed: 0 },
      ],
    ],
    ['runner-lookup-jid', { returns: 'all' }, [{ event_type: 'fun_return', minion_id: null }]],
    ['schedule-runner', { returns: 'all' }, [{ event_type: 'fun_return', minion_id: 'salt_master' }]],
    ['schedule-runner', { other_events: 'pass' }, []],
    ['cmd-of-a-minion-event', { other_events: 'pass' }, [{ event_type: 'passed' }]],
    ['module-run-nested', { only: 'failed' }, [{ state_id: 'pkg_installed', result: false }]],
    ['tag-of-another-minion', { functions: { include: ['none'] } }, [{ event_type: 'malformed' }]],
  ])('%s with %j', (name, options, expected) => {
    const records = leaving(name, options);
    expect(records).toHaveLength(expected.length);
    expect(records).toMatchObject(expected);
  });

  it('counts the states that others hold, and their durations once', () => {
    const [summary] = leaving('module-run-nested', { summary: true, only: 'changed' }).slice(-1);
    expect(summary).toMatchObject({ states: 3, failed: 1, succeeded: 2, changed: 1 });
    expect(JSON.parse(JSON.stringify(summary))).toMatchObject({ total_duration: 31854.066 });
  });
});

describe('the event_id', () => {
  const ids = (name: string): unknown[] => leaving(name, { id: true }).map((record) => record['event_id']);

  it('of runs without a jid of their own has the time', () => {
    const facts = ['nocache', 'web-01.example.com', 'state.apply', 'test_|-a_|-a_|-nop'];
    expect(ids('nocache')).toEqual([eventId([...facts, '2024-05-11T10:11:13.000000+00:00'])]);
    expect(ids('nocache-failed')).toEqual([eventId([...facts, '2024-05-11T11:11:13.000000+00:00'])]);
    const failed = ['nocache', 'salt_master', 'state.orchestrate', '', 'fun_return'];
    expect(ids('schedule-orchestrate-failed')).toEqual([eventId([...failed, '2026-11-22T09:19:49.076174+00:00'])]);
  });

  it('of a state in a state has the name of the outer one', () => {
    const outer = 'module_|-mgr_action_205_|-state.apply_|-run';
    const job = ['20240511101112000017', 'web-01.example.com', 'mgractionchains.start'];
    expect(ids('module-run-nested')).toEqual([
      eventId([...job, outer]),
      eventId([...job, 'pkg_|-pkg_installed_|-pkg_installed_|-installed', outer]),
      eventId([...job, 'file_|-repo_|-repo_|-managed', outer]),
    ]);
  });

  it.each([
    ['20261122091947512388', false],
    ['20261122091947512388_4711', false],
    ['2026112209194751238', true],
    ['20261122091947512388_', true],
    ['20261122091947512388x', true],
    ['req', true],
    ['', true],
  ])('has the time for the jid %j: %s', (jid, isTimed) => {
    const event = { cmd: '_return', id: 'm', jid, fun: 'state.sls', return: 'x', _stamp: 't' };
    const [outcome] = oracle(Buffer.from(JSON.stringify(event)), { id: true });
    const facts = [jid, 'm', 'state.sls', '', 'fun_return', ...(isTimed ? ['t'] : [])];
    expect(outcome).toMatchObject({ record: { event_id: eventId(facts) } });
  });
});

describe('the trace of a record', () => {
  const EVENT = { cmd: '_return', id: 'm', jid: '20261122091947512388', fun: 'state.sls', return: 'x', _stamp: 't' };
  const record = (members: object, options: Options): JsonObject => {
    const [outcome] = oracle(Buffer.from(JSON.stringify({ ...EVENT, ...members })), options);
    return outcome?.kind === 'record' ? outcome.record : {};
  };

  it('is that of the commands in docs/options.md, with and without a master', () => {
    expect(record({}, { trace: true })['trace_id']).toBe('55a1d4d2891b8454bf4551b5ba830a7e');
    // printf '20261122091947512388\0m\303\274nchen' | b2sum -l 128
    const add = { master: 'm\u00fcnchen' };
    expect(record({}, { trace: true, add })['trace_id']).toBe('53d59ea4f98209a8c050f68e2c85a49e');
    // printf 'req\0\0m\0t' | b2sum -l 128
    expect(record({ jid: 'req' }, { trace: true })['trace_id']).toBe('62ab48e794e772d0c6c67dfd91e30141');
    // printf 'req\0\0db\300\200\355\240\275\0t' | b2sum -l 128
    expect(record({ jid: 'req', id: 'db\0\ud83d' }, { trace: true })['trace_id']).toBe(
      '198defe27338cb57dacbe663da30787a',
    );
  });

  it.each<[string, object, NonNullable<Options['add']>, string[]]>([
    ['a job', {}, {}, [EVENT.jid, '']],
    ['a job at a minion that no one else is', { id: 'other', _stamp: 'u' }, {}, [EVENT.jid, '']],
    ['a master by its name', {}, { master: 'eu' }, [EVENT.jid, 'eu']],
    ['an empty name', {}, { master: '' }, [EVENT.jid, '']],
    ['a number', {}, { master: 7 }, [EVENT.jid, '7']],
    ['true', {}, { master: true }, [EVENT.jid, 'true']],
    ['another constant', {}, { dc: 'eu' }, [EVENT.jid, '']],
    ['a master in the event', { master: 'eu' }, {}, [EVENT.jid, '']],
    ['a process', { jid: `${EVENT.jid}_7` }, {}, [`${EVENT.jid}_7`, '']],
    ['a run', { jid: 'req' }, { master: 'eu' }, ['req', 'eu', 'm', 't']],
    ['a run without a time', { jid: 'nocache', _stamp: null }, {}, ['nocache', '', 'm', '']],
    [
      'a zero and half of a pair',
      { jid: '\0', id: '\ud83d' },
      { master: '\0\udc00' },
      ['\0', '\0\udc00', '\ud83d', 't'],
    ],
  ])('is made of the facts of %s', (_, members, add, facts) => {
    const { event_id: id, trace_id: trace, span_id: span } = record(members, { trace: true, id: false, add });
    expect(trace).toBe(traceId(facts));
    expect([id, span]).toEqual([record(members, { id: true })['event_id'], spanId(String(id))]);
  });

  it('is one for all masters of an orchestration, whatever else is asked for', () => {
    const options: Options = { trace: true, summary: true, redact: { members: ['*'] }, returns: 'all' };
    for (const name of ['orchestrate', 'orchestrate-failed', 'multi-function-ordered']) {
      const records = leaving(name, options);
      expect(records.length).toBeGreaterThan(1);
      expect(new Set(records.map(({ trace_id: trace }) => trace)).size).toBe(1);
      for (const { event_id: id, span_id: span } of records) expect(span).toBe(spanId(String(id)));
    }
  });

  it('is not there without the option, nor in what is no record of a return', () => {
    expect(leaving('orchestrate', { id: true })[0]).not.toHaveProperty('trace_id');
    expect(leaving('auth', { trace: true, other_events: 'pass' })).toEqual([{ event_type: 'passed' }]);
  });
});

describe('a text with more than one event', () => {
  const event = (id: string): string =>
    `{"data":{"cmd":"_return","id":"${id}","jid":"1","fun":"state.sls","return":["x"]},"tag":"salt/job/1/ret/${id}"}`;
  const short = (text: string): unknown[] =>
    oracle(Buffer.from(text)).map((outcome) => {
      if (outcome.kind === 'record') return outcome.record['minion_id'];
      return outcome.kind === 'malformed'
        ? outcome.place.text.slice(outcome.place.piece.start, outcome.place.piece.end)
        : outcome;
    });

  it.each<[string, string, unknown[]]>([
    ['two', event('a') + event('b'), ['a', 'b']],
    ['two and what is none', `${event('a')} x ${event('b')} y`, ['a', 'x ', 'b', 'y']],
    ['half of one', event('a').slice(0, 50) + event('b'), [event('a').slice(0, 50), 'b']],
    ['half of one, cut in a string', event('a').slice(0, 30) + event('b'), [event('a').slice(0, 30), 'b']],
    ['half of one, and two', event('a').slice(0, 50) + event('b') + event('c'), [event('a').slice(0, 50), 'b', 'c']],
    [
      'two halves',
      event('a').slice(0, 50) + event('b').slice(0, 60) + event('c'),
      [event('a').slice(0, 50) + event('b').slice(0, 60), 'c'],
    ],
    ['one in what is broken, with a comma behind it', `{"x":${event('a')},"y":`, [`{"x":${event('a')},"y":`]],
    ['one in what is broken, with a bracket behind it', `[${event('a')} ]`, [`[${event('a')} ]`]],
    ['one in another event', `{"x":${event('a')}}}`, ['}']],
    ['data without a tag behind what is broken', '{"x":{"data":{"a":1}}', ['{"x":{"data":{"a":1}}']],
    ['tags', `salt/job/1/ret/a\t{"id":"a","jid":"1","fun":"state.sls","return":["x"]}\nsalt/auth\t{}\n`, ['a']],
  ])('has %s', (_, text, expected) => {
    expect(short(text)).toEqual(expected);
  });
});
