// `flatten_ecs`: every field has one type, whatever stands in Salt's member.
import { load } from '../../../../build/host/index.js';
import { ecsTexts } from '../../../oracle/ecs-agree.js';
import { fieldProblem } from '../../../oracle/ecs-fields.js';
import { ecsWith, recordOf } from '../../../support/module/ecs-records.js';
import { JID, job } from '../../../support/module/jobs.js';

describe('a member of any type has one type in the record', () => {
  it.each([
    ['"text"', 'text'],
    ['["a","b"]', '["a","b"]'],
    ['{"a": 1}', '{"a": 1}'],
    ['7', '7'],
    ['""', undefined],
    ['null', undefined],
  ])('comment %s', async (comment, expected) => {
    const record = await recordOf(`{"result":false,"comment":${comment}}`);
    expect(record['message']).toBe(expected);
    expect(record['error']).toEqual(expected === undefined ? undefined : { message: expected });
  });

  it.each([
    ['"text"', 'text'],
    ['["a"]', '["a"]'],
    ['{"a":1.50}', '{"a":1.50}'],
    ['true', 'true'],
    ['null', undefined],
  ])('name and __sls__ %s', async (value, expected) => {
    const { salt } = await recordOf(`{"name":${value},"__sls__":${value},"__id__":${value}}`);
    const state = salt?.['state'] as Record<string, unknown>;
    expect([state['name'], state['sls']]).toEqual([expected, expected]);
    expect(state['id']).toBe(value === '"text"' ? 'text' : 'a');
  });

  it.each([
    ['0', 0],
    ['999999999999999', 999999999999999],
    ['1234567890123456', undefined],
    ['1.5', undefined],
    ['"7"', undefined],
    ['null', undefined],
    ['[7]', undefined],
  ])('__run_num__ %s', async (value, expected) => {
    const { salt } = await recordOf(`{"__run_num__":${value}}`);
    expect((salt?.['state'] as { run_num?: unknown }).run_num).toBe(expected);
  });

  it.each([
    ['{}', undefined],
    ['null', undefined],
    ['{"a":{}}', { a: {} }],
    ['"text"', { value: 'text' }],
    ['""', { value: '' }],
    ['[]', { value: [] }],
    ['[1,{"a":2}]', { value: [1, { a: 2 }] }],
    ['false', { value: false }],
  ])('changes %s', async (value, expected) => {
    const { salt } = await recordOf(`{"changes":${value}}`);
    expect(salt?.['changes']).toEqual(expected);
    const { salt: asText } = await recordOf(`{"changes":${value}}`, { changes: 'text' });
    expect(asText).not.toHaveProperty('changes');
    expect(asText?.['changes_text']).toBe(expected === undefined ? undefined : value);
  });

  it.each([
    ['0', '0'],
    ['0.622', '622000'],
    ['1002.265', '1002265000'],
    ['0.5e3', '500000000'],
    ['1E-7', '0'],
    ['12345678901.5', '12345678901500000'],
    ['999999999999', '999999999999000000'],
    ['1e12', undefined],
    ['-1', undefined],
    ['"5 ms"', undefined],
    ['null', undefined],
    ['{}', undefined],
  ])('duration %s', async (value, expected) => {
    const module = await load();
    const [text = ''] = ecsTexts(
      module,
      job('state.sls', { 'a_|-b_|-c_|-d': { duration: 'HERE' } }).replace('"HERE"', value),
    );
    expect(/"duration":([^,}]*)/.exec(text)?.[1]).toBe(expected);
  });

  it.each([
    ['[]', [], '[]'],
    ['["a", 7, {"b": 1}]', ['a', '7', '{"b": 1}'], '["a", 7, {"b": 1}]'],
    ['"a"', ['a'], '"a"'],
    ['{"a":1}', ['{"a":1}'], '{"a":1}'],
    ['null', undefined, undefined],
  ])('fun_args %s', async (value, list, text) => {
    const event = job('state.sls', { 'a_|-b_|-c_|-d': {} }, { fun_args: 'HERE' }).replace('"HERE"', value);
    expect((await ecsWith({}, event))[0]?.salt?.['fun_args']).toEqual(list);
    expect((await ecsWith({ fun_args: 'text' }, event))[0]?.salt?.['fun_args']).toEqual(text);
  });

  it('members of the job are keywords', async () => {
    const members = { success: true, retcode: 1.5, out: ['a'], user: 'root', tgt: null };
    const { salt } = await recordOf(
      {},
      { job_members: ['success', 'retcode', 'out', 'user', 'tgt', 'missing'] },
      members,
    );
    expect(salt?.['job']).toEqual({ success: 'true', retcode: '1.5', out: '["a"]', user: 'root' });
  });

  it('members of its own that a record has too stand under salt.extra', async () => {
    const own = { jid: 1, fun: {}, salt: 'x', event: [], host: null, '@timestamp': 'x', message: 'x', labels: 7 };
    const record = await recordOf(own);
    expect(record.salt).toMatchObject({ jid: JID, fun: 'state.sls', extra: own });
    expect(Object.keys(record)).toEqual(['salt', 'ecs', 'event', 'host']);
  });
});

describe('the check of fields', () => {
  const good = { salt: { kind: 'failed', event_type: 'state_return', jid: '1' }, event: {} };
  const event = {
    kind: 'event',
    module: 'salt',
    dataset: 'salt.state',
    category: ['file'],
    type: ['info'],
    outcome: 'failure',
  };
  const text = (salt: object, more: object = {}, rest: object = {}): string =>
    JSON.stringify({ salt: { ...good.salt, ...salt }, event: { ...event, ...more }, ...rest });

  it('takes a good record', () => {
    expect(fieldProblem(text({}))).toBeNull();
  });

  it.each([
    ['another kind', text({ kind: 'bad' })],
    ['a keyword that is a number', text({ fun: 7 })],
    ['another field', text({}, {}, { '@timestamp': '2026-01-01T00:00:00Z' })],
    ['members in another order', text({ changes: { a: 1 }, state: { key: 'a' } })],
    ['a day that is none', text({}, { created: '2026-02-30T00:00:00.000000Z' })],
    ['a date without Z', text({}, { created: '2026-02-20T00:00:00.000000' })],
    ['a category alone', text({}, { category: 'file' })],
    ['a long with a fraction', text({}, { duration: 1.5 })],
    ['a long with an exponent', text({}, { duration: 1e21 })],
    ['an empty object', text({ extra: {} })],
    ['a flattened list', text({ changes: [1] })],
    ['an empty name', text({ changes: { a: { '': 1 } } })],
    ['a zero character in a name', text({ changes: { 'a\0': 1 } })],
    ['a long string', text({ changes: { a: ['é'.repeat(8193)] } })],
    ['a long path', text({ changes: { ['a'.repeat(4000)]: { ['b'.repeat(4193)]: 1 } } })],
    ['too many levels', text({ changes: JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`) as object })],
    ['a name that stands twice', text({ changes: { a: { b: 1 } } }).replace('"b":1', '"b":1,"\\u0062":2')],
    ['no outcome', text({}, { outcome: undefined })],
  ])('refuses %s', (_, record) => {
    expect(fieldProblem(record)).toEqual(expect.any(String));
  });
});
