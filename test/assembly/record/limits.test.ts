// max_bytes: how long members and records may be, and how they are cut.
import { load } from '../../../build/host/index.js';
import { cutProblem } from '../../oracle/cut.js';
import type { Options } from '../../oracle/options.js';
import { job, recordsWith, states, textsWith } from '../../support/module/jobs.js';

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** A job return of one state. */
const one = (state: object, members: object = {}): string => job('state.sls', states({ a: state }), members);

/** Both texts of each record, uncut and cut; fails where one is not cut as promised. */
async function cutOf(
  limits: NonNullable<Options['max_bytes']>,
  event: string,
  options: Options = {},
): Promise<string[]> {
  const uncut = await textsWith(options, event);
  const cut = await textsWith({ ...options, max_bytes: limits }, event);
  expect(cut).toHaveLength(uncut.length);
  expect(uncut.map((text, index) => cutProblem(text, cut[index] ?? '', limits))).toEqual(uncut.map(() => null));
  return cut;
}

describe('a member', () => {
  it.each([254, 255, 256, 257, 1000])('of %i characters is cut from 257 bytes of JSON on', async (length) => {
    const [text = ''] = await cutOf({ member: 256 }, one({ comment: 'x'.repeat(length) }));
    const { comment, truncated } = JSON.parse(text) as Record<string, unknown>;
    expect(comment).toBe('x'.repeat(Math.min(length, 254)));
    expect(truncated).toEqual(length <= 254 ? undefined : { comment: length + 2 });
  });

  it.each([
    ['two bytes', 'é'],
    ['three bytes', '€'],
    ['four bytes', '😀'],
    ['an escape', '"'],
    ['a long escape', '\u0001'],
  ])('is cut at a character of %s', async (_, char) => {
    for (const shift of [0, 1, 2, 3]) {
      const comment = 'x'.repeat(shift) + char.repeat(400);
      const [record] = await recordsWith({ max_bytes: { member: 300 } }, one({ comment }));
      const cut = String(record?.['comment']);
      expect(comment.startsWith(cut)).toBe(true);
      expect((cut.length - shift) % char.length).toBe(0);
      expect(size(cut)).toBeLessThanOrEqual(300);
      expect(size(cut + char)).toBeGreaterThan(300);
    }
  });

  it('never keeps half of a pair of escapes', async () => {
    const event = one({ comment: 'HERE' }).replace('HERE', '\\ud83d\\ude00'.repeat(100));
    for (const member of [256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268]) {
      const [record] = await recordsWith({ max_bytes: { member } }, event);
      expect(record?.['comment']).toBe('😀'.repeat(Math.floor((member - 2) / 12)));
    }
  });

  it('that is an object keeps its first members, and is closed', async () => {
    const changes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
    const [record] = await recordsWith({ max_bytes: { member: 256 } }, one({ changes }));
    const cut = record?.['changes'] as object;
    expect(Object.entries(changes).slice(0, Object.keys(cut).length)).toEqual(Object.entries(cut));
    expect(size(cut)).toBeLessThanOrEqual(256);
    expect(size(cut)).toBeGreaterThan(240);
    expect(record?.['truncated']).toEqual({ changes: size(changes) });
  });

  it('that is a list keeps its first elements, and is closed', async () => {
    const fun_args = Array.from({ length: 200 }, (_, index) => index);
    const [record] = await recordsWith({ max_bytes: { member: 256 } }, one({}, { fun_args }));
    const cut = record?.['fun_args'] as number[];
    expect(fun_args.slice(0, cut.length)).toEqual(cut);
    expect(size(cut)).toBeLessThanOrEqual(256);
    expect(size(cut)).toBeGreaterThan(250);
  });

  it.each([
    ['a string in an object in an object', { a: { b: { c: 'x'.repeat(900) } } }],
    ['a string in lists', [[['x'.repeat(900)]]]],
    ['lists in lists', [[1, 2, 3], Array.from({ length: 300 }, () => [[]])]],
    ['a long name', { ['n'.repeat(900)]: 1 }],
    ['a long number behind others', [1, 2, { n: 1 }, 'y'.repeat(230), 123456789012345]],
    ['closing brackets', Array.from({ length: 40 }).reduce((inner) => ({ a: inner }), 'x'.repeat(300))],
    ['white space and escapes', { a: '\n'.repeat(90), b: '"'.repeat(90), c: '\\'.repeat(90) }],
  ] as [string, unknown][])('may be cut within: %s', async (_, changes) => {
    for (const spell of [JSON.stringify(changes), JSON.stringify(changes, null, 1)])
      await cutOf({ member: 256 }, one({ changes: 'HERE' }).replace('"HERE"', spell));
  });

  it('that is a number, a literal, the id or the type stays; a number of too many digits becomes null', async () => {
    const event = one({ n: 123456789.0123, ok: true, nothing: null, long: 'HERE' }).replace(
      '"HERE"',
      `1${'0'.repeat(300)}`,
    );
    const [text = ''] = await cutOf({ member: 256 }, event, { id: true });
    expect(JSON.parse(text)).toMatchObject({
      ...{ n: 123456789.0123, ok: true, nothing: null, long: null, event_type: 'state_return' },
      ...{ event_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown, truncated: { long: 301 } },
    });
  });

  it('that a state has of its own under the name of an id is cut', async () => {
    const [text = ''] = await cutOf({ member: 256 }, one({ event_id: 'x'.repeat(400) }));
    expect(JSON.parse(text)).toMatchObject({ event_id: 'x'.repeat(254), truncated: { event_id: 402 } });
  });

  it('of the job or the minion is cut too', async () => {
    const long = 'x'.repeat(400);
    const event = job(
      'state.sls',
      { [`m_|-${long}_|-n_|-f`]: {} },
      { id: long, jid: long, user: long, fun_args: [long], _stamp: long },
    );
    const [text = ''] = await cutOf({ member: 256 }, event, { job_members: ['user'], id: true });
    expect(Object.keys((JSON.parse(text) as { truncated: object }).truncated).sort()).toEqual([
      '_stamp',
      'fun_args',
      'jid',
      'minion_id',
      'state_id',
      'state_name',
      'user',
    ]);
  });

  it('as text is cut as a string', async () => {
    const changes = { a: 'x'.repeat(400) };
    const [record] = await recordsWith({ changes: 'text', max_bytes: { member: 256 } }, one({ changes }));
    expect(String(record?.['changes'])).toMatch(/^\{"a":"x+$/);
    expect(record?.['truncated']).toEqual({ changes: size(JSON.stringify(changes)) });
  });

  it('is measured after redaction', async () => {
    const changes = { password: 'x'.repeat(400), b: 1 };
    const [record] = await recordsWith({ redact: true, max_bytes: { member: 256 } }, one({ changes }));
    expect(record?.['changes']).toEqual({ password: '[redacted]', b: 1 });
    expect(record).not.toHaveProperty('truncated');
  });
});

describe('a record', () => {
  it('that is too long has its longest members cut to one length', async () => {
    const state = { comment: 'c'.repeat(9000), changes: { a: 'x'.repeat(7000) }, name: 'n'.repeat(500) };
    const [text = ''] = await cutOf({ record: 8192 }, one(state));
    const record = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(record['truncated'] as object).sort()).toEqual(['changes', 'comment']);
    expect(record['name']).toBe(state.name);
    expect(Math.abs(size(record['comment']) - size(record['changes']))).toBeLessThan(16);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8192);
    expect(Buffer.byteLength(text)).toBeGreaterThan(8000);
  });

  it('that is not too long stays', async () => {
    const state = { comment: 'c'.repeat(7000) };
    expect(await textsWith({ max_bytes: { record: 8192 } }, one(state))).toEqual(await textsWith({}, one(state)));
  });

  it.each([8191, 8192, 8193])('of %i bytes is cut from 8,193 on', async (length) => {
    const [empty = ''] = await textsWith({}, one({ comment: '' }));
    const event = one({ comment: 'c'.repeat(length - empty.length) });
    const [text = ''] = await cutOf({ record: 8192 }, event);
    expect(text.includes('"truncated"')).toBe(length > 8192);
    if (length <= 8192) expect(text).toHaveLength(length);
  });

  it('may need both limits', async () => {
    const members = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`m${index}`, 'x'.repeat(index * 100)]),
    );
    await cutOf({ member: 1500, record: 8192 }, one(members));
  });

  it('of too many members loses its own, and says how long it was', async () => {
    const members = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`member${index}`, index]));
    const event = one(members);
    const [uncut = ''] = await textsWith({}, event);
    const options: Options = { add: { dc: 'fra1' }, id: true };
    const [text = ''] = await cutOf({ record: 8192 }, event, options);
    const extra = (await textsWith(options, event))[0] ?? '';
    expect(extra.length).toBeGreaterThan(uncut.length);
    expect(JSON.parse(text)).toMatchObject({ state_id: 'a', dc: 'fra1', truncated: { record: extra.length } });
    expect(text).not.toContain('member1');
  });

  it('of a failed job, and a summary, are cut too', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}: Jinja error`);
    const [text = ''] = await cutOf({ record: 8192 }, job('state.sls', lines));
    const kept = (JSON.parse(text) as { fun_return: string[] }).fun_return;
    expect(kept.length).toBeGreaterThan(100);
    expect(lines.slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
    const many = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`s${index}`, { __sls__: `web.sls${index}` }]),
    );
    await cutOf({ record: 8192 }, job('state.sls', states(many)), { summary: true });
  });
});

it('malformed records and passed events are not cut', async () => {
  const options: Options = { max_bytes: { member: 256, record: 8192 }, other_events: 'pass' };
  const [record] = await recordsWith(options, `{"${'x'.repeat(2000)}`);
  expect(record?.['record']).toHaveLength(1024);
  const other = JSON.stringify({ tag: 'salt/auth', data: { pub: 'x'.repeat(20000) } });
  expect(new TextDecoder().decode((await load({ options })).call(other) ?? new Uint8Array())).toBe(other);
});
